// Deletes events that ended some time ago, a thousand at most.
// $before: the time
MATCH (e:GraphmemEvent)
WHERE e.ended_at < $before
WITH e LIMIT 1000
DETACH DELETE e
RETURN count(*) AS pruned
