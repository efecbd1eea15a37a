// Notes with memories who said the message at their position, and whether they are its text word for word. Searches need that of
// very many memories.
// $linked: ids of memories
UNWIND $linked AS id
MATCH (m:GraphmemMemory {id: id})
MATCH (said:GraphmemMessage {conversation: m.conversation, position: m.position})
SET m.role = said.role, m.speaker = said.speaker, m.verbatim = said.content = m.text
RETURN count(*) AS noted
