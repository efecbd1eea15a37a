// What versions named, and the relations that they supported.
// $ids: version ids
UNWIND $ids AS id
MATCH (v:Version {id: id})
RETURN id,
       COLLECT { MATCH (v)-[:NAMES]->(e:Entity) WITH e ORDER BY e.key, e.type RETURN [e.name, e.type] } AS entities,
       COLLECT {
         MATCH (one:Entity)-[r:RELATES_TO]->(other:Entity)
         WHERE r.memory_id = v.memory_id AND r.recorded_at <= v.recorded_from
           AND (r.retracted_at IS NULL OR r.retracted_at > v.recorded_from)
         WITH one, r, other ORDER BY r.recorded_at, one.key, r.predicate, other.key
         RETURN {
           source: one.id, predicate: r.predicate, target: other.id, memory_id: r.memory_id,
           valid_from: r.valid_from.epochSeconds * 1000000 + r.valid_from.microsecond,
           valid_to: r.valid_to.epochSeconds * 1000000 + r.valid_to.microsecond
         }
       } AS relations
