// Pairs of entities that count as one, or were separated.
// $offset: how many to pass over
// $limit: how many at most
MATCH (one:Entity)-[s:SAME_AS]->(other:Entity)
WITH one, s, other ORDER BY one.id, other.id SKIP $offset LIMIT $limit
RETURN {one: one.id, other: other.id, score: s.score, recorded_at: s.recorded_at.epochSeconds * 1000000 + s.recorded_at.microsecond, retracted_at: s.retracted_at.epochSeconds * 1000000 + s.retracted_at.microsecond} AS record
ORDER BY one.id, other.id
