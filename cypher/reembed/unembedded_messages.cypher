// Messages that searches find and that have no vector yet, with their text, by id.
// $after: only greater ids
// $limit: how many at most
MATCH (m:GraphmemSaidMessage)
WHERE m.id > $after AND m.no_embedding IS NULL AND m.embedding IS NULL
RETURN m.id AS id, m.content AS text ORDER BY id LIMIT $limit
