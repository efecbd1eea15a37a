// A timeline: what happened to a user, or will, in the order of its dates.
// $user: the user's id
MATCH (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)
WHERE m.event_start IS NOT NULL
RETURN m.event_start AS from, m.event_end AS to, m.text AS event
ORDER BY from, to, event
LIMIT 1000
