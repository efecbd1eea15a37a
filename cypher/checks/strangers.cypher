// Entities of one owner that a memory or relation of another owner refers to.
MATCH (e:Entity)
WHERE EXISTS { MATCH (e)-[:RELATES_TO|SAME_AS]-(other:Entity) WHERE other.owner <> e.owner }
   OR COUNT { MATCH (e)<-[:NAMES]-(v:Version) RETURN DISTINCT [v.user_id, v.agent_id, v.app_id] } > 1
RETURN e.id AS id
