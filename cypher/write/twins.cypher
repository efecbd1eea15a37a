// Keeps the twins of these memories' relations in step: beside a relation whose predicate is a type of the list stands a twin of that
// type, for people, who read types on arrows; beside one that was retracted a twin of the type FORMERLY.
// $twinned: ids of memories
// $types: the list of types
UNWIND $twinned AS id
CALL (id) {
  MATCH (from:GraphmemEntity)-[r:RELATES_TO]->(to:GraphmemEntity)
  WHERE r.memory_id = id
  WITH from, to, collect(DISTINCT CASE WHEN r.retracted_at IS NULL THEN toUpper(r.predicate) ELSE 'FORMERLY' END) AS named
  WITH from, to, [type IN named WHERE type IN $types] AS wanted
  OPTIONAL MATCH (from)-[twin:FORMERLY /*twins*/]->(to)
  WHERE twin.memory_id = id
  WITH from, to, wanted, collect(twin) AS twins
  FOREACH (twin IN [twin IN twins WHERE NOT type(twin) IN wanted] | DELETE twin)
  FOREACH (type IN [type IN wanted WHERE NOT type IN [twin IN twins | type(twin)]] | CREATE (from)-[:$(type) {memory_id: id}]->(to))
}
RETURN count(*) AS twins
