// Memories that meet a filter, newest first.
// $now: what has expired by then is hidden; null shows all
// $offset: how many to pass over
// $limit: how many to return at most
MATCH (m:Memory)
WHERE m.created_at IS NOT NULL AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
WITH m ORDER BY m.created_at DESC, m.id SKIP $offset LIMIT $limit
RETURN m {.*} AS memory /*memory*/
ORDER BY m.created_at DESC, m.id
