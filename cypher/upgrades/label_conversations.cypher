// Gives the conversations of an older store graphmem's own label.
MATCH (c:Conversation)
WHERE c.key IS NOT NULL AND c.messages IS NOT NULL AND c.caption IS NOT NULL
CALL (c) {
  SET c:GraphmemConversation
} IN TRANSACTIONS OF 1000 ROWS
