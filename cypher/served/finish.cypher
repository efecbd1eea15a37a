// Ends an event that this worker still has, and forgets what it was asked.
// $id: of the event
// $worker: who works on it
// $status: how it ended
// $results: JSON list
// $error: why it failed; null if it did not
// $now: the time
MATCH (e:GraphmemEvent {id: $id})
SET e.lock = true
REMOVE e.lock
WITH e WHERE e:GraphmemOpenEvent AND e.worker = $worker
SET e.status = $status, e.results = $results, e.error = $error, e.ended_at = $now
REMOVE e:GraphmemOpenEvent, e.worker, e.until, e.request
RETURN count(*) AS ended
