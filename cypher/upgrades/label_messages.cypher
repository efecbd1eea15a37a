// Gives the messages of an older store graphmem's own labels.
MATCH (m:Message)
WHERE m.id IS NOT NULL AND m.change_set IS NOT NULL AND m.conversation IS NOT NULL AND m.position IS NOT NULL
CALL (m) {
  SET m:GraphmemMessage
  FOREACH (_ IN CASE WHEN m:SaidMessage THEN [1] ELSE [] END | SET m:GraphmemSaidMessage REMOVE m:SaidMessage)
} IN TRANSACTIONS OF 1000 ROWS
