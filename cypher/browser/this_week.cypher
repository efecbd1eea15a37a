// What changed in the last seven days: the new versions of a user's memories, and what they replaced, the newest first.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->()-[:CURRENT]->(v)
WHERE v.recorded_from >= datetime() - duration('P7D')
WITH p, v ORDER BY v.recorded_from DESC LIMIT 75
OPTIONAL MATCH q = (v)-[:PREVIOUS*..6]->()
WHERE nodes(q)[-2].recorded_from >= datetime() - duration('P7D')
RETURN p, q
LIMIT 300
