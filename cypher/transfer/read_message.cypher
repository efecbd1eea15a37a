// Messages to export, ordered by id.
// $offset: how many to skip
// $limit: how many to return at most
// $vectors: whether with their vectors
MATCH (m:GraphmemMessage)
WHERE m.change_set IS NOT NULL
WITH m ORDER BY m.id SKIP $offset LIMIT $limit
RETURN m {.id, .change_set, .conversation, .position, .role, name: m.speaker, .content, .digest, .read_by, said_at: m.said_at /*micros*/,
          .user_id, .agent_id, .app_id, .run_id, vector: CASE WHEN $vectors THEN m.embedding END} AS record
ORDER BY m.id
