// What changed in the last seven days: the new versions of a user's memories, and what they replaced.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(:GraphmemMemory)-[:CURRENT]->(:GraphmemVersion)-[:PREVIOUS*0..5]->(v:GraphmemVersion)
WHERE v.recorded_from >= datetime() - duration('P7D')
OPTIONAL MATCH q = (v)-[:PREVIOUS]->(:GraphmemVersion)
RETURN p, q
LIMIT 300
