// The relations that were found in these memories.
// $ids: memory ids
// $at: the relations as the store knew them at this time; null for now
// $valid_at: only relations that were true in the world at this time; null for all
UNWIND range(0, size($ids) - 1) AS place
MATCH (from:GraphmemEntity)-[r:RELATES_TO]->(to:GraphmemEntity)
WHERE r.memory_id = $ids[place]
  AND CASE WHEN $at IS NULL THEN r.retracted_at IS NULL
           ELSE r.recorded_at <= $at AND (r.retracted_at IS NULL OR r.retracted_at > $at) END
  AND ($valid_at IS NULL OR ((r.valid_from IS NULL OR r.valid_from <= $valid_at) AND (r.valid_to IS NULL OR r.valid_to > $valid_at)))
RETURN coalesce(from.name, from.key) AS source, r.predicate AS predicate, coalesce(to.name, to.key) AS target, r.memory_id AS memory_id,
       r.valid_from /*micros*/ AS valid_from,
       r.valid_to /*micros*/ AS valid_to
ORDER BY place, r.recorded_at, from.key, r.predicate, to.key
