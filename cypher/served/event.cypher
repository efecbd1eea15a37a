// One event, found by its id.
// $id: of the event
MATCH (e:GraphmemEvent {id: $id})
RETURN e {.*} AS event
