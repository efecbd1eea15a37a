// Memories that meet a filter, newest first.
// $now: memories that have expired by this time are left out; null returns all
// $offset: how many to skip
// $limit: how many to return at most
MATCH (m:GraphmemMemory)
WHERE m.created_at IS NOT NULL AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
WITH m ORDER BY m.created_at DESC, m.id SKIP $offset LIMIT $limit
RETURN m {.*} AS memory /*memory*/
ORDER BY m.created_at DESC, m.id
