// Begins the oldest open event of each lane of a kind, unless somebody works on it.
// $kind: such as add
// $worker: who begins them
// $now: the time
// $until: when others may take them over
// $limit: how many at most
MATCH (q:GraphmemQueue {key: 'queue'})
// Most looks find nothing, and need not wait for writers.
WHERE EXISTS { MATCH (:GraphmemOpenEvent {kind: $kind}) }
SET q.lock = true
REMOVE q.lock
WITH q
CALL () {
  MATCH (e:GraphmemOpenEvent {kind: $kind})
  WITH e.lane AS lane, min(e.seq) AS seq
  RETURN collect(seq) AS firsts
}
MATCH (e:GraphmemOpenEvent)
WHERE e.seq IN firsts AND (e.status = 'PENDING' OR e.until < $now)
WITH e ORDER BY e.seq LIMIT $limit
SET e.status = 'RUNNING', e.worker = $worker, e.until = $until, e.attempts = e.attempts + 1,
    e.started_at = coalesce(e.started_at, $now)
RETURN e {.*} AS event
ORDER BY e.seq
