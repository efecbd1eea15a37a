// Memories that meet a filter, newest first.
// $now: what has expired by then is hidden; null shows all
// $offset: how many to pass over
// $limit: how many to return at most
MATCH (m:Memory)
WHERE m.created_at IS NOT NULL AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
WITH m ORDER BY m.created_at DESC, m.id SKIP $offset LIMIT $limit
RETURN m.id AS id, m.version_id AS version_id, m.text AS text, m.user_id AS user_id, m.agent_id AS agent_id, m.app_id AS app_id,
       m.run_id AS run_id, m.metadata AS metadata, m.categories AS categories, m.immutable AS immutable,
       m.expires_at.epochSeconds * 1000000 + m.expires_at.microsecond AS expires_at,
       m.created_at.epochSeconds * 1000000 + m.created_at.microsecond AS created_at,
       m.updated_at.epochSeconds * 1000000 + m.updated_at.microsecond AS updated_at
ORDER BY m.created_at DESC, m.id
