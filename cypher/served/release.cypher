// Gives an event back: it is in its old place again.
// $id: of the event
// $worker: who works on it
MATCH (e:GraphmemEvent:GraphmemOpenEvent {id: $id, worker: $worker})
SET e.status = 'PENDING'
REMOVE e.worker, e.until
