// The relations in force that these memories support.
// $ids: memory ids
UNWIND range(0, size($ids) - 1) AS place
MATCH (from:Entity)-[r:RELATES_TO]->(to:Entity)
WHERE r.memory_id = $ids[place] AND r.retracted_at IS NULL
RETURN from.name AS source, r.predicate AS predicate, to.name AS target, r.memory_id AS memory_id,
       r.valid_from.epochSeconds * 1000000 + r.valid_from.microsecond AS valid_from,
       r.valid_to.epochSeconds * 1000000 + r.valid_to.microsecond AS valid_to
ORDER BY place, r.recorded_at, from.key, r.predicate, to.key
