// What is remembered of a user: each memory, and the people, places and things that it mentions, the newest first.
// $user: the user's id
MATCH (u:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)
WITH u, m ORDER BY m.updated_at DESC LIMIT 100
MATCH p = (u)-[:HAS_MEMORY]->(m)
OPTIONAL MATCH q = (m)-[:MENTIONS]->(:GraphmemEntity)
RETURN p, q
LIMIT 300
