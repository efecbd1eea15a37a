// Pairs of entities to export: those that count as one, and those that were separated.
// $offset: how many to skip
// $limit: how many to return at most
MATCH (one:GraphmemEntity)-[s:SAME_AS]->(other:GraphmemEntity)
WITH one, s, other ORDER BY one.id, other.id SKIP $offset LIMIT $limit
RETURN {one: one.id, other: other.id, score: s.score, recorded_at: s.recorded_at /*micros*/, retracted_at: s.retracted_at /*micros*/} AS record
ORDER BY one.id, other.id
