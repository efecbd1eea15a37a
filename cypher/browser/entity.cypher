// Everything about one entity: the memories that mention it, its relations, and other names for it.
// $user: the user's id
// $entity: the entity's name, in any case
MATCH (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(m:GraphmemMemory)-[:MENTIONS]->(e:GraphmemEntity)
WHERE e.key = toLower($entity) OR toLower($entity) IN [alias IN e.aliases | toLower(alias)]
WITH DISTINCT e LIMIT 20
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
