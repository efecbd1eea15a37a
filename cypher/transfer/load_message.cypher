// Imports the messages that the store does not hold yet, and links each conversation anew in the order of positions.
// $rows: [{found, vector, properties}]; properties are those of the Message, found tells whether searches find it, and vector is that
// of its content
UNWIND $rows AS row
OPTIONAL MATCH (known:GraphmemMessage {id: row.properties.id})
WITH row WHERE known IS NULL
CREATE (m:GraphmemMessage:Message)
SET m = row.properties
FOREACH (_ IN CASE WHEN row.found THEN [1] ELSE [] END | SET m:GraphmemSaidMessage)
WITH row, m
CALL (row, m) {
  WITH * WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
}
MERGE (c:GraphmemConversation {key: m.conversation})
ON CREATE SET c:GraphmemConversation:Conversation, c.title = 'conversation', c.messages = 0
WITH c, count(*) AS made, max(m.position) AS furthest
SET c.messages = CASE WHEN furthest > c.messages THEN furthest ELSE c.messages END
WITH c, made
CALL (c) {
  OPTIONAL MATCH (c)-[pointer:LATEST]->(:GraphmemMessage)
  DELETE pointer
}
CALL (c) {
  MATCH (m:GraphmemMessage {conversation: c.key})
  OPTIONAL MATCH (m)-[old:NEXT]->(:GraphmemMessage)
  DELETE old
  WITH DISTINCT m, c ORDER BY m.position
  WITH c, collect(m) AS line
  CALL (line) {
    UNWIND range(1, size(line) - 1) AS n
    WITH line[n - 1] AS one, line[n] AS next
    CREATE (one)-[:NEXT]->(next)
  }
  WITH c, last(line) AS latest
  CREATE (c)-[:LATEST]->(latest)
}
RETURN sum(made) AS made
