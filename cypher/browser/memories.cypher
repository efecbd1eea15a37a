// What is remembered of a user: each memory, and the people, places and things that it mentions.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)
OPTIONAL MATCH q = (m)-[:MENTIONS]->(:GraphmemEntity)
RETURN p, q
LIMIT 300
