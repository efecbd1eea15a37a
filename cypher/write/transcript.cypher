// Appends messages to their conversations. Messages of calls that wrote no version are left out.
// $conversations: [{key, title, messages: [{found, vector, properties}]}]; properties are those of the Message, found tells whether
// searches find it, and vector is that of its content
UNWIND $conversations AS conversation
CALL (conversation) {
  UNWIND conversation.messages AS message
  WITH message
  WHERE EXISTS { (:GraphmemVersion {change_set: message.properties.change_set}) } AND NOT EXISTS { (:GraphmemMessage {id: message.properties.id}) }
  RETURN collect(message) AS said
}
WITH conversation, said WHERE size(said) > 0
MERGE (c:GraphmemConversation {key: conversation.key})
ON CREATE SET c:GraphmemConversation:Conversation, c.title = conversation.title, c.messages = 0
// Locked before its messages are counted, because another writer may be appending some.
SET c.lock = true
WITH c, said
WITH c, said, c.messages AS before
SET c.messages = before + size(said)
REMOVE c.lock
WITH c, said, before
CALL (said, before) {
  UNWIND range(0, size(said) - 1) AS n
  CREATE (m:GraphmemMessage:Message)
  SET m = said[n].properties, m.position = before + n + 1
  FOREACH (_ IN CASE WHEN said[n].found THEN [1] ELSE [] END | SET m:GraphmemSaidMessage)
  FOREACH (_ IN CASE WHEN said[n].found AND said[n].vector IS NULL THEN [1] ELSE [] END | SET m.no_embedding = true)
  WITH m, said[n].vector AS vector
  CALL (m, vector) {
    WITH * WHERE vector IS NOT NULL
    CALL db.create.setNodeVectorProperty(m, 'embedding', vector)
  }
  WITH m ORDER BY m.position
  RETURN collect(m) AS made
}
CALL (made) {
  UNWIND range(1, size(made) - 1) AS n
  WITH made[n - 1] AS one, made[n] AS next
  CREATE (one)-[:NEXT]->(next)
}
WITH c, head(made) AS first, last(made) AS latest
CALL (c, first) {
  MATCH (c)-[pointer:LATEST]->(previous:GraphmemMessage)
  DELETE pointer
  CREATE (previous)-[:NEXT]->(first)
}
CREATE (c)-[:LATEST]->(latest)
RETURN count(*) AS continued
