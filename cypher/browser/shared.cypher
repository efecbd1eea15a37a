// What two users share. Nothing, but for categories, apps and runs: a memory or an entity of both would be a fault.
// $user: the id of one user
// $other_user: the id of the other
MATCH (one:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)
WHERE m.user_id <> $user OR EXISTS { (m)<-[:HAS_MEMORY]-(:GraphmemUser {id: $other_user}) }
RETURN one AS user, m AS shared
LIMIT 100
UNION
MATCH (one:GraphmemUser {id: $user})-[:HAS_MEMORY]->(:GraphmemMemory)-[:MENTIONS]->(e:GraphmemEntity)
WITH DISTINCT one, e
WHERE EXISTS { (e)<-[:MENTIONS]-(:GraphmemMemory {user_id: $other_user}) }
RETURN one AS user, e AS shared
LIMIT 100
