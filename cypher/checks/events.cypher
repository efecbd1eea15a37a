// Versions with the wrong event: the first of a memory must be ADD, and only ADD may follow DELETE.
MATCH (v:GraphmemVersion)
OPTIONAL MATCH (v)-[:PREVIOUS]->(p:GraphmemVersion)
WITH v, p
WHERE (v.event = 'ADD') <> (p IS NULL OR p.event = 'DELETE')
RETURN v.id AS id
