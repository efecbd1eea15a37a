// Relations, those retracted too.
// $offset: how many to pass over
// $limit: how many at most
MATCH (one:Entity)-[r:RELATES_TO]->(other:Entity)
WITH one, r, other ORDER BY r.memory_id, r.recorded_at, one.id, r.predicate, other.id SKIP $offset LIMIT $limit
RETURN {source: one.id, predicate: r.predicate, target: other.id, memory_id: r.memory_id,
        valid_from: r.valid_from.epochSeconds * 1000000 + r.valid_from.microsecond, valid_to: r.valid_to.epochSeconds * 1000000 + r.valid_to.microsecond,
        recorded_at: r.recorded_at.epochSeconds * 1000000 + r.recorded_at.microsecond, retracted_at: r.retracted_at.epochSeconds * 1000000 + r.retracted_at.microsecond} AS record
ORDER BY r.memory_id, r.recorded_at, one.id, r.predicate, other.id
