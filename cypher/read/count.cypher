// How many memories meet a filter.
// $now: what has expired by then is hidden; null counts all
MATCH (m:Memory)
WHERE m.created_at IS NOT NULL AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
RETURN count(*) AS total
