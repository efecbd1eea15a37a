// Takes vectors that are not in use off messages.
MATCH (m:GraphmemSaidMessage)
WHERE m.said_at IS NOT NULL AND (m.embedding_2 IS NOT NULL OR m.no_embedding_2 IS NOT NULL)
CALL (m) {
  REMOVE m.embedding_2, m.no_embedding_2
} IN TRANSACTIONS OF 1000 ROWS
