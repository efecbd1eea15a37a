// A user's memories to be read in full, the newest first: a table, without what only graphmem needs.
// $user: the user's id
MATCH (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)
RETURN m.text AS memory, toString(date(m.updated_at)) AS told, toString(m.event_start) AS from, toString(m.event_end) AS to,
       m.categories AS categories, coalesce(m.speaker, m.role) AS said_by, m.id AS id
ORDER BY m.updated_at DESC, id
LIMIT 1000
