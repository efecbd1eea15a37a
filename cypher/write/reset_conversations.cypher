// Step 5 of a reset: deletes conversations without messages.
MATCH (c:GraphmemConversation)
WHERE c.key IS NOT NULL AND c.messages IS NOT NULL AND c.title IS NOT NULL AND NOT EXISTS { (c)-[:LATEST]->(:GraphmemMessage) }
CALL (c) {
  DETACH DELETE c
} IN TRANSACTIONS OF 1000 ROWS
