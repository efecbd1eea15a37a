// Step 6 of a reset: deletes entities that no memory mentions, with the relations between them.
MATCH (e:GraphmemEntity)
WHERE e.owner IS NOT NULL AND e.key IS NOT NULL AND e.type IS NOT NULL AND e.title IS NOT NULL
  AND NOT EXISTS { (:GraphmemMemory)-[:MENTIONS]->(e) }
CALL (e) {
  DETACH DELETE e
} IN TRANSACTIONS OF 1000 ROWS
