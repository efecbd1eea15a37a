// Step 4 of a reset: deletes messages that no version is derived from.
MATCH (m:GraphmemMessage)
WHERE m.id IS NOT NULL AND m.change_set IS NOT NULL AND m.conversation IS NOT NULL AND m.position IS NOT NULL
  AND NOT EXISTS { (:GraphmemVersion)-[:DERIVED_FROM]->(m) }
CALL (m) {
  DETACH DELETE m
} IN TRANSACTIONS OF 1000 ROWS
