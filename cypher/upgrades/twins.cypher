// Relations of before get their twins.
// $types: the list of types
MATCH (from:GraphmemEntity)-[r:RELATES_TO]->(to:GraphmemEntity)
WHERE r.memory_id IS NOT NULL
WITH from, to, r.memory_id AS id,
     collect(DISTINCT CASE WHEN r.retracted_at IS NULL THEN toUpper(r.predicate) ELSE 'FORMERLY' END) AS named
CALL (from, to, id, named) {
  OPTIONAL MATCH (from)-[twin:FORMERLY /*twins*/]->(to)
  WHERE twin.memory_id = id
  WITH from, to, id, named, collect(type(twin)) AS twins
  FOREACH (type IN [type IN named WHERE type IN $types AND NOT type IN twins] | CREATE (from)-[:$(type) {memory_id: id}]->(to))
} IN TRANSACTIONS OF 1000 ROWS
