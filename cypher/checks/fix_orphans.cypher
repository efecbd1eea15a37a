// Deletes entities that no version and no relation refers to.
MATCH (e:GraphmemEntity)
WHERE e.owner IS NOT NULL AND NOT EXISTS { (:GraphmemVersion)-[:NAMES]->(e) } AND NOT EXISTS { (e)-[:RELATES_TO]-(:GraphmemEntity) }
DETACH DELETE e
