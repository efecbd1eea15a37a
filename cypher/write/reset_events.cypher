// Step 8 of a reset: deletes the events of servers.
MATCH (e:GraphmemEvent)
CALL (e) {
  DETACH DELETE e
} IN TRANSACTIONS OF 1000 ROWS
