// The relations that memories within the filter support, with these memories and with the entities at their ends.
// $ids: ids of entities, one of which, or what counts as the same, is at an end; null for any
// $near: likewise, by their keys
// $source: keys of the entity that a relation comes from; null for any
// $target: keys of the entity that it leads to; null for any
// $memories: only what these memories support, by id; null for all; what they mention is told as well
// $predicate: only these; null for all
// $at: as the store knew them at that time; null for now
// $valid_at: only those that held in the world then; null for all
// $now: what has expired by then supports nothing
// $limit: how many relations at most
CALL () {
  CALL () {
    UNWIND $near AS key
    MATCH (called:GraphmemEntity {key: key})
    RETURN called
    UNION
    UNWIND $ids AS id
    MATCH (called:GraphmemEntity {id: id})
    RETURN called
  }
  MATCH ANY SHORTEST (called) ((:GraphmemEntity)-[s:SAME_AS WHERE CASE WHEN $at IS NULL THEN s.retracted_at IS NULL
    ELSE s.recorded_at <= $at AND (s.retracted_at IS NULL OR s.retracted_at > $at) END]-(:GraphmemEntity))* (near:GraphmemEntity)
  WITH DISTINCT near
  MATCH (near)-[r:RELATES_TO]-(:GraphmemEntity)
  RETURN r
  UNION
  WITH 1 AS all WHERE $near IS NULL AND $ids IS NULL AND $memories IS NULL AND $at IS NULL
  MATCH (m:GraphmemMemory)
  WHERE m.created_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
  WHERE r.memory_id = m.id
  RETURN r
  UNION
  WITH 1 AS all WHERE $near IS NULL AND $ids IS NULL AND $memories IS NULL AND $at IS NOT NULL
  MATCH (v:GraphmemVersion)
  WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
  MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
  WHERE r.memory_id = v.memory_id
  RETURN r
  UNION
  WITH 1 AS all WHERE $near IS NULL AND $ids IS NULL
  UNWIND $memories AS id
  MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
  WHERE r.memory_id = id
  RETURN r
}
WITH r, startNode(r) AS from, endNode(r) AS to
WHERE CASE WHEN $at IS NULL THEN r.retracted_at IS NULL
           ELSE r.recorded_at <= $at AND (r.retracted_at IS NULL OR r.retracted_at > $at) END
  AND ($valid_at IS NULL OR ((r.valid_from IS NULL OR r.valid_from <= $valid_at) AND (r.valid_to IS NULL OR r.valid_to > $valid_at)))
  AND ($predicate IS NULL OR r.predicate = $predicate)
  AND ($memories IS NULL OR r.memory_id IN $memories)
  AND ($source IS NULL OR from.key IN $source OR EXISTS {
        MATCH ANY SHORTEST (from) ((:GraphmemEntity)-[s:SAME_AS WHERE CASE WHEN $at IS NULL THEN s.retracted_at IS NULL
          ELSE s.recorded_at <= $at AND (s.retracted_at IS NULL OR s.retracted_at > $at) END]-(:GraphmemEntity))* (one:GraphmemEntity)
        WHERE one.key IN $source })
  AND ($target IS NULL OR to.key IN $target OR EXISTS {
        MATCH ANY SHORTEST (to) ((:GraphmemEntity)-[s:SAME_AS WHERE CASE WHEN $at IS NULL THEN s.retracted_at IS NULL
          ELSE s.recorded_at <= $at AND (s.retracted_at IS NULL OR s.retracted_at > $at) END]-(:GraphmemEntity))* (one:GraphmemEntity)
        WHERE one.key IN $target })
CALL (r) {
  // One of the two ids is null, and finds nothing.
  WITH CASE WHEN $at IS NULL THEN r.memory_id END AS id
  MATCH (m:GraphmemMemory {id: id})
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  RETURN m AS said
  UNION ALL
  WITH CASE WHEN $at IS NOT NULL THEN r.memory_id END AS id
  MATCH (v:GraphmemVersion {memory_id: id})
  WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
  RETURN v AS said
}
WITH r, from, to, said
ORDER BY said.created_at DESC, r.memory_id, r.recorded_at, from.key, r.predicate, to.key LIMIT $limit
WITH collect(from) + collect(to) AS ends,
     collect({source: from.id, predicate: r.predicate, target: to.id, memory_id: r.memory_id,
              valid_from: r.valid_from /*micros*/,
              valid_to: r.valid_to /*micros*/}) AS relations,
     collect(CASE WHEN $at IS NULL THEN said {.*} /*memory*/ ELSE said {.*} /*version*/ END) AS memories
CALL () {
  CALL () {
    WITH 1 AS now WHERE $at IS NULL
    UNWIND $memories AS id
    MATCH (m:GraphmemMemory {id: id})
    WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN m {.*} /*memory*/ AS memory, COLLECT { MATCH (m)-[:MENTIONS]->(e:GraphmemEntity) RETURN e } AS mentioned
    UNION ALL
    WITH 1 AS now WHERE $at IS NOT NULL
    UNWIND $memories AS id
    MATCH (v:GraphmemVersion {memory_id: id})
    WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
    RETURN v {.*} /*version*/ AS memory, COLLECT { MATCH (v)-[:NAMES]->(e:GraphmemEntity) RETURN e } AS mentioned
  }
  RETURN collect({memory: memory, entities: [e IN mentioned | e.id]}) AS asked, collect(mentioned) AS mentioned
}
CALL (ends, mentioned) {
  UNWIND mentioned + [ends] AS some
  UNWIND some AS end
  WITH DISTINCT end
  MATCH ANY SHORTEST (end) ((:GraphmemEntity)-[s:SAME_AS WHERE CASE WHEN $at IS NULL THEN s.retracted_at IS NULL
    ELSE s.recorded_at <= $at AND (s.retracted_at IS NULL OR s.retracted_at > $at) END]-(:GraphmemEntity))* (e:GraphmemEntity)
  RETURN collect(DISTINCT e) AS told
}
RETURN relations, memories, asked,
       [e IN told | [e.id, e.key, coalesce(e.name, e.key), e.type, e.aliases]] AS entities,
       COLLECT {
         UNWIND told AS one
         MATCH (one)-[s:SAME_AS]->(other:GraphmemEntity)
         WHERE CASE WHEN $at IS NULL THEN s.retracted_at IS NULL
                    ELSE s.recorded_at <= $at AND (s.retracted_at IS NULL OR s.retracted_at > $at) END
         RETURN [one.id, other.id, s.score]
       } AS same
