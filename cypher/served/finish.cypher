// Ends an event that this worker still has, forgets what it was asked, and begins the next one of its kind. No row: others have it.
// $id: of the event
// $worker: who works on it
// $status: how it ended
// $results: JSON list
// $error: why it failed; null if it did not
// $now: the time
// $until: when others may take over the next one; null to begin none
// The queue is locked before the event, as whoever begins events does.
MATCH (q:GraphmemQueue {key: 'queue'})
SET q.lock = true
REMOVE q.lock
WITH q
MATCH (e:GraphmemEvent {id: $id})
SET e.lock = true
REMOVE e.lock
WITH e WHERE e:GraphmemOpenEvent AND e.worker = $worker
SET e.status = $status, e.results = $results, e.error = $error, e.ended_at = $now
REMOVE e:GraphmemOpenEvent, e.worker, e.until, e.request
WITH e.kind AS kind
CALL (kind) {
  MATCH (o:GraphmemOpenEvent {kind: kind})
  WHERE $until IS NOT NULL
  WITH o.lane AS lane, min(o.seq) AS seq
  RETURN collect(seq) AS firsts
}
OPTIONAL MATCH (n:GraphmemOpenEvent)
WHERE n.seq IN firsts AND (n.status = 'PENDING' OR n.until < $now)
WITH kind, n ORDER BY n.seq LIMIT 1
SET n.status = 'RUNNING', n.worker = $worker, n.until = $until, n.attempts = n.attempts + 1,
    n.started_at = coalesce(n.started_at, $now)
RETURN kind, n {.*} AS event
