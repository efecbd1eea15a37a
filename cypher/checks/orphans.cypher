// Entities that no version names and no relation has.
MATCH (e:Entity)
WHERE e.owner IS NOT NULL AND NOT EXISTS { (:Version)-[:NAMES]->(e) } AND NOT EXISTS { (e)-[:RELATES_TO]-() }
RETURN e.id AS id
