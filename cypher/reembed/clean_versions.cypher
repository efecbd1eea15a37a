// Takes vectors that are not in use off past versions.
MATCH (v:GraphmemVersion)
WHERE v.memory_id IS NOT NULL AND (v.embedding_2 IS NOT NULL OR v.no_vector IS NOT NULL)
CALL (v) {
  REMOVE v.embedding_2, v.no_vector
} IN TRANSACTIONS OF 1000 ROWS
