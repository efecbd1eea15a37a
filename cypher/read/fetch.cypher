// Current memories by id, in the order of the ids.
// $ids: memory ids
// $now: memories that have expired by this time are left out; null returns all
UNWIND range(0, size($ids) - 1) AS place
MATCH (m:GraphmemMemory {id: $ids[place]})
WHERE ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
WITH m ORDER BY place
// One record instead of many, and no names in it: drivers read a list faster.
RETURN collect([m {.*}] /*memory*/) AS memories
