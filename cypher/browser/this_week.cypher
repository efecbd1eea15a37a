// What changed in the last seven days: the new versions of a user's memories, and what they replaced, the newest first.
// $user: the user's id
MATCH (u:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)-[:CURRENT]->(v:GraphmemVersion)
WHERE v.recorded_from >= datetime() - duration('P7D')
WITH u, m, v ORDER BY v.recorded_from DESC LIMIT 75
MATCH p = (u)-[:HAS_MEMORY]->(m)-[:CURRENT]->(v)-[:PREVIOUS*0..5]->(new:GraphmemVersion)
WHERE new.recorded_from >= datetime() - duration('P7D')
OPTIONAL MATCH q = (new)-[:PREVIOUS]->(:GraphmemVersion)
RETURN p, q
LIMIT 300
