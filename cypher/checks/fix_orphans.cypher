// Deletes entities that no version and no relation refers to.
MATCH (e:Entity)
WHERE e.owner IS NOT NULL AND NOT EXISTS { (:Version)-[:NAMES]->(e) } AND NOT EXISTS { (e)-[:RELATES_TO]-() }
DETACH DELETE e
