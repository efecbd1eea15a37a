// Keeps what a worker has begun until a later time.
// $worker: who works on it
// $until: when others may take it over
MATCH (e:GraphmemOpenEvent {worker: $worker})
SET e.until = $until
