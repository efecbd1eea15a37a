// Ids of memories that have relations without their twin, or twins without their relation.
// $types: the list of types
CALL () {
  MATCH (from:GraphmemEntity)-[r:RELATES_TO]->(to:GraphmemEntity)
  WHERE r.memory_id IS NOT NULL
  WITH from, to, r.memory_id AS id,
       collect(DISTINCT CASE WHEN r.retracted_at IS NULL THEN toUpper(r.predicate) ELSE 'FORMERLY' END) AS named
  WITH id, [type IN named WHERE type IN $types] AS wanted,
       COLLECT { MATCH (from)-[twin:FORMERLY /*twins*/]->(to) WHERE twin.memory_id = id RETURN type(twin) } AS twins
  WHERE size(wanted) <> size(twins) OR any(type IN wanted WHERE NOT type IN twins)
  RETURN id
  UNION
  MATCH (from:GraphmemEntity)-[twin:FORMERLY /*twins*/]->(to:GraphmemEntity)
  WHERE twin.memory_id IS NOT NULL AND NOT EXISTS { MATCH (from)-[r:RELATES_TO]->(to) WHERE r.memory_id = twin.memory_id }
  RETURN twin.memory_id AS id
}
RETURN DISTINCT id
