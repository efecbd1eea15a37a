// What contradicted what: memories of a user whose text was changed by something said later, with both messages, the newest first.
// $user: the user's id
MATCH (u:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)-[:CURRENT]->(v:GraphmemVersion)
WHERE v.number > 1
WITH u, m, v ORDER BY v.recorded_from DESC LIMIT 50
MATCH p = (u)-[:HAS_MEMORY]->(m)-[:CURRENT]->(v)-[:PREVIOUS*0..5]->(later:GraphmemVersion)-[:PREVIOUS]->(earlier:GraphmemVersion)
WHERE later.text <> earlier.text
WITH p, later, earlier LIMIT 50
OPTIONAL MATCH q = (later)-[:DERIVED_FROM]->(:GraphmemMessage)
OPTIONAL MATCH s = (earlier)-[:DERIVED_FROM]->(:GraphmemMessage)
RETURN p, q, s
LIMIT 300
