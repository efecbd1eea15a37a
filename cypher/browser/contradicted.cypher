// What contradicted what: memories of a user whose text was changed by something said later, with both messages, the newest first.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->()-[:CURRENT]->(v)
WHERE v.number > 1
WITH p, v ORDER BY v.recorded_from DESC LIMIT 50
MATCH q = (v)-[:PREVIOUS*0..5]->(later)-[:PREVIOUS]->(earlier)
WHERE later.text <> earlier.text
WITH p, q, later, earlier LIMIT 50
OPTIONAL MATCH s = (later)-[:DERIVED_FROM]->()
OPTIONAL MATCH t = (earlier)-[:DERIVED_FROM]->()
RETURN p, q, s, t
LIMIT 300
