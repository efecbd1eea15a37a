// Memories by their ids, such as the hits of a search: with their owners, and with the people, places and things that they mention.
// $memories: ids of memories
MATCH p = ()-[:HAS_MEMORY]->(m:GraphmemMemory)
WHERE m.id IN $memories
OPTIONAL MATCH q = (m)-[:MENTIONS]->(:GraphmemEntity)
RETURN p, q
LIMIT 500
