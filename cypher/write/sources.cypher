// Links new versions to the messages that they came from. They and their memories get the position of the first of these messages.
// $sources: [{version, messages: [{id, first, last}], keeps}]; first and last are offsets in the message's text; keeps: whether those
// of the version before are its sources as well
UNWIND $sources AS row
MATCH (v:GraphmemVersion {id: row.version})<-[:CURRENT]-(m:GraphmemMemory|GraphmemDeletedMemory)
WHERE NOT EXISTS { (v)-[:DERIVED_FROM]->(:GraphmemMessage) }
MATCH (first:GraphmemMessage {id: row.messages[0].id})
SET v.conversation = first.conversation, v.position = first.position
FOREACH (_ IN CASE WHEN m:GraphmemMemory THEN [1] ELSE [] END | SET m.conversation = v.conversation, m.position = v.position)
WITH row, v
CALL (row, v) {
  UNWIND row.messages AS source
  MATCH (s:GraphmemMessage {id: source.id})
  CREATE (v)-[:DERIVED_FROM {first: source.first, last: source.last}]->(s)
}
CALL (row, v) {
  WITH * WHERE row.keeps
  MATCH (v)-[:PREVIOUS]->(:GraphmemVersion)-[kept:DERIVED_FROM]->(s:GraphmemMessage)
  WHERE NOT EXISTS { (v)-[:DERIVED_FROM]->(s) }
  CREATE (v)-[:DERIVED_FROM {first: kept.first, last: kept.last}]->(s)
}
RETURN count(*) AS sourced
