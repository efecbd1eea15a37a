// Pairs of entities that count as one, or were separated.
// $offset: how many to pass over
// $limit: how many at most
MATCH (one:Entity)-[s:SAME_AS]->(other:Entity)
WITH one, s, other ORDER BY one.id, other.id SKIP $offset LIMIT $limit
RETURN {one: one.id, other: other.id, score: s.score, recorded_at: s.recorded_at /*micros*/, retracted_at: s.retracted_at /*micros*/} AS record
ORDER BY one.id, other.id
