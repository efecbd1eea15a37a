// Step 1 of a reset: deletes current memories. A node without the properties that graphmem writes belongs to another program.
MATCH (m:GraphmemMemory)
WHERE m.id IS NOT NULL AND m.identity IS NOT NULL AND m.version_id IS NOT NULL AND m.scopes IS NOT NULL
CALL (m) {
  DETACH DELETE m
} IN TRANSACTIONS OF 1000 ROWS
RETURN count(*) AS deleted
