// Entities of one owner that a memory or relation of another owner refers to.
MATCH (e:GraphmemEntity)
WHERE EXISTS { MATCH (e)-[:RELATES_TO|SAME_AS]-(other:GraphmemEntity) WHERE other.owner <> e.owner }
   OR COUNT { MATCH (e)<-[:NAMES]-(v:GraphmemVersion) RETURN DISTINCT [v.user_id, v.agent_id, v.app_id] } > 1
RETURN e.id AS id
