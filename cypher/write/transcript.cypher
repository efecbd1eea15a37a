// Appends messages to their conversations. Messages of calls that wrote no version are left out.
// $conversations: [{key, caption, messages: [{id, change_set, conversation, role, name, content, digest, read_by, said_at, caption}]}]
UNWIND $conversations AS conversation
CALL (conversation) {
  UNWIND conversation.messages AS message
  WITH message
  WHERE EXISTS { (:Version {change_set: message.change_set}) } AND NOT EXISTS { (:Message {id: message.id}) }
  RETURN collect(message) AS said
}
WITH conversation, said WHERE size(said) > 0
MERGE (c:Conversation {key: conversation.key})
ON CREATE SET c.caption = conversation.caption, c.messages = 0
// Locked before its messages are counted, because another writer may be appending some.
SET c.lock = true
WITH c, said
WITH c, said, c.messages AS before
SET c.messages = before + size(said)
REMOVE c.lock
WITH c, said, before
CALL (said, before) {
  UNWIND range(0, size(said) - 1) AS n
  CREATE (m:Message)
  SET m = said[n], m.position = before + n + 1
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
  MATCH (c)-[pointer:LATEST]->(previous:Message)
  DELETE pointer
  CREATE (previous)-[:NEXT]->(first)
}
CREATE (c)-[:LATEST]->(latest)
RETURN count(*) AS continued
