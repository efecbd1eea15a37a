// Empties the store, step 2: what stands for deleted memories.
MATCH (m:DeletedMemory)
WHERE m.id IS NOT NULL AND m.deleted_at IS NOT NULL AND m.caption IS NOT NULL
CALL (m) {
  DETACH DELETE m
} IN TRANSACTIONS OF 1000 ROWS
