// What two users share. Nothing, but for categories, apps and runs: a memory or an entity of both would be a fault.
// $user: the id of one user
// $other_user: the id of the other
MATCH (user:GraphmemUser)-[:HAS_MEMORY]->(shared)
WHERE user.id IN [$user, $other_user] AND shared.user_id <> user.id
RETURN user, shared
LIMIT 100
UNION
MATCH (user:GraphmemUser)-[:HAS_MEMORY]->()-[:MENTIONS]->(shared)
WHERE user.id IN [$user, $other_user]
WITH shared, collect(DISTINCT user) AS users
WHERE size(users) > 1
UNWIND users AS user
RETURN user, shared
LIMIT 100
