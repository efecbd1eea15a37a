// The number of memories that meet a filter.
// $now: memories that have expired by this time are not counted; null counts all
MATCH (m:GraphmemMemory)
WHERE m.created_at IS NOT NULL AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
RETURN count(*) AS total
