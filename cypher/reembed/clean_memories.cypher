// Takes vectors that are not in use off memories.
MATCH (m:GraphmemMemory)
WHERE m.identity IS NOT NULL AND m.embedding_2 IS NOT NULL
CALL (m) {
  REMOVE m.embedding_2
} IN TRANSACTIONS OF 1000 ROWS
