// Versions and messages that have no new vector yet, with their text, by id. The vector of what is current is on its Memory node.
// $after: only greater ids
// $limit: how many at most
// $left: only those that have an old vector
CALL () {
  MATCH (v:GraphmemVersion)
  WHERE v.id > $after AND v.event <> 'DELETE' AND v.no_vector IS NULL
  OPTIONAL MATCH (m:GraphmemMemory {id: v.memory_id}) WHERE m.version_id = v.id
  WITH v, m
  WHERE coalesce(m.embedding_2, v.embedding_2) IS NULL AND (NOT $left OR coalesce(m.embedding, v.embedding) IS NOT NULL)
  RETURN v.id AS id, v.text AS text ORDER BY id LIMIT $limit
  UNION ALL
  MATCH (m:GraphmemSaidMessage)
  WHERE m.id > $after AND m.no_embedding_2 IS NULL AND m.embedding_2 IS NULL
    AND (NOT $left OR m.embedding IS NOT NULL OR m.no_embedding IS NOT NULL)
  RETURN m.id AS id, m.content AS text ORDER BY id LIMIT $limit
}
RETURN id, text ORDER BY id LIMIT $limit
