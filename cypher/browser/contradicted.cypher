// What contradicted what: memories of a user whose text was changed by something said later, with both messages.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(:GraphmemMemory)-[:CURRENT]->(:GraphmemVersion)-[:PREVIOUS*0..]->
          (later:GraphmemVersion)-[:PREVIOUS]->(earlier:GraphmemVersion)
WHERE later.text <> earlier.text
OPTIONAL MATCH q = (later)-[:DERIVED_FROM]->(:GraphmemMessage)
OPTIONAL MATCH s = (earlier)-[:DERIVED_FROM]->(:GraphmemMessage)
RETURN p, q, s
LIMIT 300
