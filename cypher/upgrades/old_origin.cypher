// Notes with memories of an older store who said the message at their position, and whether they are its text word for word.
// $rows: [{id}]
UNWIND $rows AS row
MATCH (m:Memory {id: row.id})
OPTIONAL MATCH (said:Message {conversation: m.conversation, position: m.position})
SET m.role = said.role, m.speaker = said.name, m.verbatim = coalesce(said.content = m.text, false)
RETURN count(*) AS noted
