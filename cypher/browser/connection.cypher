// How two entities are connected: the shortest chains of relations between them, at most four long.
// $user: the user's id
// $entity: the name of one entity, in any case
// $other: the name of the other
MATCH (:GraphmemUser {id: $user})-[:HAS_MEMORY]->()-[:MENTIONS]->(a:GraphmemEntity {key: toLower($entity)})
WITH DISTINCT a
MATCH (b:GraphmemEntity {owner: a.owner, key: toLower($other)})
WHERE a <> b
MATCH p = allShortestPaths((a)-[:RELATES_TO|SAME_AS*..4]-(b))
WHERE all(r IN relationships(p) WHERE r.retracted_at IS NULL)
RETURN p
LIMIT 50
