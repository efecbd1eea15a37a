// Step 2 of a reset: deletes the nodes that stand for deleted memories.
MATCH (m:GraphmemDeletedMemory)
WHERE m.id IS NOT NULL AND m.deleted_at IS NOT NULL AND m.title IS NOT NULL
CALL (m) {
  DETACH DELETE m
} IN TRANSACTIONS OF 1000 ROWS
