// Empties the store, step 1: what is true now. Nodes that lack what graphmem writes on a memory are other people's.
MATCH (m:Memory)
WHERE m.id IS NOT NULL AND m.identity IS NOT NULL AND m.version_id IS NOT NULL AND m.scopes IS NOT NULL
CALL (m) {
  DETACH DELETE m
} IN TRANSACTIONS OF 1000 ROWS
RETURN count(*) AS deleted
