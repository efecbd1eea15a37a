// What people read on a node was its caption, which Neo4j Browser does not show; it is its title now. A version that was replaced
// says so, and who said a message is its speaker: a name would be shown instead of the title.
MATCH (n:GraphmemMemory|GraphmemDeletedMemory|GraphmemVersion|GraphmemMessage|GraphmemConversation|GraphmemEntity)
WHERE n.caption IS NOT NULL
CALL (n) {
  SET n.title = CASE WHEN n:GraphmemVersion AND n.recorded_to IS NOT NULL THEN 'was: ' ELSE '' END + n.caption
  REMOVE n.caption
  FOREACH (_ IN CASE WHEN n:GraphmemMessage THEN [1] ELSE [] END | SET n.speaker = n.name REMOVE n.name)
} IN TRANSACTIONS OF 1000 ROWS
