// Erases memories, current or withdrawn, with all their versions and relations, and with the messages, entities, owners and
// categories that nothing else needs.
// $ids: memory ids
MATCH (v:GraphmemVersion) WHERE v.memory_id IN $ids
WITH collect(v) AS versions, collect(DISTINCT v.change_set) AS calls, count(DISTINCT v.memory_id) AS memories
CALL (versions) {
  UNWIND versions AS v
  MATCH (v)-[:NAMES]->(e:GraphmemEntity)
  RETURN collect(DISTINCT e) AS named
}
CALL (versions) {
  UNWIND versions AS v
  MATCH (v)-[:DERIVED_FROM]->(s:GraphmemMessage)
  RETURN collect(DISTINCT s) AS sources
}
CALL () {
  UNWIND $ids AS id
  MATCH (one:GraphmemEntity)-[r:RELATES_TO]->(other:GraphmemEntity)
  WHERE r.memory_id = id
  OPTIONAL MATCH (one)-[twin:FORMERLY /*twins*/]->(other)
  WHERE twin.memory_id = id
  WITH collect(DISTINCT r) AS edges, collect(DISTINCT twin) AS twins, collect(DISTINCT one) + collect(DISTINCT other) AS ends
  FOREACH (r IN edges + twins | DELETE r)
  RETURN size(edges) AS relations, ends
}
CALL () {
  UNWIND $ids AS id
  OPTIONAL MATCH (current:GraphmemMemory {id: id})
  OPTIONAL MATCH (withdrawn:GraphmemDeletedMemory {id: id})
  WITH coalesce(current, withdrawn) AS m WHERE m IS NOT NULL
  OPTIONAL MATCH (m)-[:HAS_MEMORY|IN_CATEGORY]-(near:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun|GraphmemCategory)
  WITH collect(DISTINCT m) AS gone, collect(DISTINCT near) AS around
  FOREACH (m IN gone | DETACH DELETE m)
  RETURN around
}
WITH *, size(versions) AS count
FOREACH (v IN versions | DETACH DELETE v)
WITH *
// Owners and categories without a memory. They are locked first, because an add may be linking to one at this moment.
CALL (around) {
  UNWIND around AS n
  SET n.lock = true
  REMOVE n.lock
  WITH n WHERE NOT (n)--() AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
    AND all(label IN labels(n) WHERE label IN ['GraphmemUser', 'GraphmemAgent', 'GraphmemApp', 'GraphmemRun', 'GraphmemCategory', 'User', 'Agent', 'App', 'Run', 'Category'])
  DELETE n
}
CALL (named, ends) {
  UNWIND named + ends AS e
  WITH DISTINCT e
  WHERE NOT EXISTS { (:GraphmemVersion)-[:NAMES]->(e) } AND NOT EXISTS { (e)-[:RELATES_TO]-(:GraphmemEntity) }
  WITH collect(e) AS orphans
  FOREACH (e IN orphans | DETACH DELETE e)
  RETURN size(orphans) AS entities
}
// Messages that only these versions came from, and all messages of calls that left no other version.
CALL (sources, calls) {
  UNWIND calls AS call
  OPTIONAL MATCH (s:GraphmemMessage {change_set: call})
  WHERE NOT EXISTS { (:GraphmemVersion {change_set: call}) }
  WITH sources, collect(s) AS said
  UNWIND sources + said AS s
  WITH DISTINCT s
  WHERE NOT EXISTS { (:GraphmemVersion)-[:DERIVED_FROM]->(s) }
  RETURN collect(s) AS unneeded
}
// Each conversation stays one chain: the messages that remain are linked around the gaps.
CALL (unneeded) {
  UNWIND unneeded AS s
  MATCH (c:GraphmemConversation {key: s.conversation})
  WITH DISTINCT c, unneeded
  SET c.lock = true
  REMOVE c.lock
  WITH c, unneeded
  CALL (c, unneeded) {
    MATCH (s:GraphmemMessage)
    WHERE s.conversation = c.key AND NOT s IN unneeded
    RETURN collect(s) AS kept
  }
  CALL (kept) {
    UNWIND kept AS s
    WITH s ORDER BY s.position
    RETURN collect(s) AS line
  }
  CALL (c, line) {
    UNWIND range(1, size(line) - 1) AS n
    WITH line[n - 1] AS one, line[n] AS next
    MERGE (one)-[:NEXT]->(next)
  }
  CALL (c, line) {
    OPTIONAL MATCH (c)-[pointer:LATEST]->(:GraphmemMessage)
    DELETE pointer
    FOREACH (latest IN CASE WHEN size(line) > 0 THEN [last(line)] ELSE [] END | CREATE (c)-[:LATEST]->(latest))
  }
  WITH c, line WHERE size(line) = 0
  DETACH DELETE c
}
WITH memories, count, relations, entities, unneeded, size(unneeded) AS messages
FOREACH (s IN unneeded | DETACH DELETE s)
RETURN memories, count AS versions, messages, entities, relations
