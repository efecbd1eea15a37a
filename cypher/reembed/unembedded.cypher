// Versions that have no new vector yet, with their text, by id. The vector of what is current is on its Memory node.
// $after: only greater ids
// $limit: how many at most
// $left: only those that have an old vector
MATCH (v:Version)
WHERE v.id > $after AND v.event <> 'DELETE' AND v.no_vector IS NULL
OPTIONAL MATCH (m:Memory {id: v.memory_id}) WHERE m.version_id = v.id
WITH v, m
WHERE coalesce(m.embedding_2, v.embedding_2) IS NULL AND (NOT $left OR coalesce(m.embedding, v.embedding) IS NOT NULL)
RETURN v.id AS id, v.text AS text ORDER BY v.id LIMIT $limit
