// Relations to export, including retracted ones.
// $offset: how many to skip
// $limit: how many to return at most
MATCH (one:GraphmemEntity)-[r:RELATES_TO]->(other:GraphmemEntity)
WHERE r.memory_id IS NOT NULL
WITH one, r, other ORDER BY r.memory_id, r.recorded_at, one.id, r.predicate, other.id SKIP $offset LIMIT $limit
RETURN {source: one.id, predicate: r.predicate, target: other.id, memory_id: r.memory_id,
        valid_from: r.valid_from /*micros*/, valid_to: r.valid_to /*micros*/,
        recorded_at: r.recorded_at /*micros*/, retracted_at: r.retracted_at /*micros*/} AS record
ORDER BY r.memory_id, r.recorded_at, one.id, r.predicate, other.id
