// Versions with an event that can't stand there.
MATCH (v:Version)
OPTIONAL MATCH (v)-[:PREVIOUS]->(p:Version)
WITH v, p
WHERE (v.event = 'ADD') <> (p IS NULL OR p.event = 'DELETE')
RETURN v.id AS id
