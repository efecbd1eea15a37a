// Keeps events that a worker has begun until a later time.
// $ids: of the events
// $worker: who works on them
// $until: when others may take them over
MATCH (e:GraphmemEvent)
WHERE e.id IN $ids AND e:GraphmemOpenEvent AND e.worker = $worker
SET e.until = $until
