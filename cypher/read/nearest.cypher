// For each new fact (probe), the memories that may say the same or contradict it, found by three arms: the same text (0), similar
// vectors (1), and relations of the same subject (2). Also the entities that may be the same as those of the facts.
// $probes: [{place, identity, vector, bonds: [{subject, predicates}]}]; place is the index of the fact, subject the key of an entity
// $now: memories that have expired by this time are left out
// $owner: owner of the entities
// $key_prefixes: prefixes of the keys of wanted entities
// $key_endings: likewise their last words
// $limit: most memories for each vector
// $floor: lowest similarity, from 0 to 1: (1 + cosine) / 2
// $entities_per_prefix: most entities for each prefix or ending
CALL () {
  UNWIND $probes AS probe
  MATCH (m:GraphmemMemory {identity: probe.identity})
  RETURN 0 AS arm, probe.place AS place, m, null AS similarity, [] AS bonds
  UNION ALL
  CALL () {
    MATCH (m:GraphmemMemory)
    WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN count(*) AS size
  }
  CALL () {
    MATCH (every:GraphmemMemory)
    RETURN count(every) AS total
  }
  UNWIND $probes AS probe
  WITH probe, size, total WHERE probe.vector IS NOT NULL
  CALL (probe, size, total) {
    // So few memories meet the filter that comparing them all is fast, and exact.
    WITH * WHERE size <= 2000
    MATCH (m:GraphmemMemory)
    WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    WITH m, vector.similarity.cosine(m.embedding, probe.vector) AS similarity
    WHERE similarity >= $floor
    RETURN m, similarity ORDER BY similarity DESC, m.id LIMIT $limit
    UNION ALL
    // The index knows no filter: it is asked for so many that, after the filter, about five times the limit should be left.
    WITH * WHERE size > 2000
    CALL db.index.vector.queryNodes('graphmem_own_memory_embedding', toInteger(5.0 * $limit * total / size) + 1, probe.vector)
    YIELD node AS m, score AS similarity
    WHERE similarity >= $floor AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN m, similarity ORDER BY similarity DESC, m.id LIMIT $limit
  }
  RETURN 1 AS arm, probe.place AS place, m, similarity, [] AS bonds
  UNION ALL
  UNWIND $probes AS probe
  UNWIND probe.bonds AS bond
  MATCH (s:GraphmemEntity {owner: $owner, key: bond.subject})-[r:RELATES_TO]->(t:GraphmemEntity)
  WHERE r.retracted_at IS NULL AND r.predicate IN bond.predicates
  MATCH (m:GraphmemMemory {id: r.memory_id})
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH probe, m, collect([r.predicate, t.key]) AS bonds
  RETURN 2 AS arm, probe.place AS place, m, null AS similarity, bonds
}
WITH arm, place, m, similarity, bonds ORDER BY place, arm, similarity DESC, m.id
WITH collect({place: place, similarity: similarity, bonds: bonds,
              memory: m {.*} /*memory*/}) AS known
RETURN known,
       COLLECT {
         CALL () {
           UNWIND $key_prefixes AS prefix
           CALL (prefix) {
             MATCH (e:GraphmemEntity)
             WHERE e.owner = $owner AND e.key STARTS WITH prefix
             RETURN e ORDER BY e.key, e.type LIMIT $entities_per_prefix
           }
           RETURN e
           UNION
           UNWIND $key_endings AS ending
           CALL (ending) {
             MATCH (e:GraphmemEntity)
             WHERE e.owner = $owner AND e.ending = ending
             RETURN e ORDER BY e.key, e.type LIMIT $entities_per_prefix
           }
           RETURN e
         }
         RETURN [coalesce(e.name, e.key), e.type, EXISTS { (e)-[same:SAME_AS]-(:GraphmemEntity) WHERE same.retracted_at IS NULL }]
       } AS entities
