// The life of a memory: its versions, newest first, and the messages that each came from.
// $memory: the memory's id
MATCH p = ({id: $memory})-[:CURRENT]->(:GraphmemVersion {memory_id: $memory})-[:PREVIOUS*0..]->(v:GraphmemVersion)
OPTIONAL MATCH q = (v)-[:DERIVED_FROM]->(:GraphmemMessage)
RETURN p, q
