// Everything about one entity: the memories that mention it, its relations, and other names for it.
// $user: the user's id
// $entity: the entity's name, in any case
MATCH (:GraphmemUser {id: $user})-[:HAS_MEMORY]->()-[:MENTIONS]->(e)
WITH DISTINCT e
WHERE toLower($entity) IN [e.key] + [alias IN coalesce(e.aliases, []) | toLower(alias)]
WITH e LIMIT 20
CALL (e) {
  MATCH p = (e)<-[:MENTIONS]-(:GraphmemMemory)
  RETURN p LIMIT 100
  UNION ALL
  MATCH p = (e)-[r]-(:GraphmemEntity)
  WHERE r.retracted_at IS NULL AND type(r) <> 'FORMERLY'
  RETURN p LIMIT 200
}
RETURN p
LIMIT 300
