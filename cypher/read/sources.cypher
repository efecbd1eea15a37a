// The messages that current memories are derived from, oldest first.
// $ids: memory ids
UNWIND $ids AS id
MATCH (m:GraphmemMemory {id: id})-[:CURRENT]->(v:GraphmemVersion)-[d:DERIVED_FROM]->(s:GraphmemMessage)
WITH id, s, d ORDER BY s.position
RETURN id, collect([s.role, s.content, s.speaker, d.first, d.last, s.id]) AS messages
