// What is remembered of a user: each memory, and the people, places and things that it mentions, the newest first.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m)
WITH p, m ORDER BY m.updated_at DESC LIMIT 100
OPTIONAL MATCH q = (m)-[:MENTIONS]->()
RETURN p, q
LIMIT 300
