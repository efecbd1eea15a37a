// The messages that current memories are derived from, oldest first.
// $ids: memory ids
UNWIND $ids AS id
MATCH (m:Memory {id: id})-[:CURRENT]->(v:Version)-[d:DERIVED_FROM]->(s:Message)
WITH id, s, d ORDER BY s.position
RETURN id, collect([s.role, s.content, s.name, d.first, d.last, s.id]) AS messages
