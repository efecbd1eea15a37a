// Where a memory came from: the message, the version that was written from it, the memory, and whom and what it mentions.
// $memory: the memory's id
MATCH p = (m:GraphmemMemory {id: $memory})-[:CURRENT]->(v:GraphmemVersion)
OPTIONAL MATCH q = (v)-[:DERIVED_FROM]->(:GraphmemMessage)
OPTIONAL MATCH s = (m)-[:MENTIONS]->(:GraphmemEntity)
OPTIONAL MATCH t = (m)<-[:HAS_MEMORY]-()
RETURN p, q, s, t
