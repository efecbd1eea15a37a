// All versions of some memories, current or withdrawn, oldest first: memories given by id, those that one call changed, and those
// that have all ids of a scope.
// $memory_ids: memory ids
// $call: id of the call or of a version that it wrote; null for none
// $scope: whether memories of the next four ids are wanted
// $user_id: null for any; likewise the other three
// $agent_id: see $user_id
// $app_id: see $user_id
// $run_id: see $user_id
// $messages: whether to return the messages of the call that wrote a version
// $links: whether to return the entities that a version named and the relations that it supported
CALL () {
  UNWIND $memory_ids AS id
  RETURN id
  UNION
  MATCH (v:GraphmemVersion {change_set: $call})
  RETURN v.memory_id AS id
  UNION
  MATCH (named:GraphmemVersion {id: $call})
  MATCH (v:GraphmemVersion {change_set: named.change_set})
  RETURN v.memory_id AS id
  UNION
  WITH $scope AS wanted WHERE wanted
  MATCH (v:GraphmemVersion)
  WHERE ($user_id IS NULL OR v.user_id = $user_id) AND ($agent_id IS NULL OR v.agent_id = $agent_id)
    AND ($app_id IS NULL OR v.app_id = $app_id) AND ($run_id IS NULL OR v.run_id = $run_id)
  RETURN v.memory_id AS id
}
MATCH (v:GraphmemVersion {memory_id: id})
RETURN v {.*} AS memory /*version*/,
       v.event AS event,
       v.recorded_from /*micros*/ AS recorded_from,
       v.recorded_to /*micros*/ AS recorded_to,
       v.change_set AS change_set,
       COLLECT {
         MATCH (m:GraphmemMessage {change_set: v.change_set}) WHERE $messages
         WITH m ORDER BY m.position
         RETURN [m.role, m.content, m.speaker]
       } AS messages,
       COLLECT {
         MATCH (v)-[:NAMES]->(e:GraphmemEntity) WHERE $links
         WITH e ORDER BY e.key, e.type
         RETURN [coalesce(e.name, e.key), e.type]
       } AS entities,
       COLLECT {
         MATCH (one:GraphmemEntity)-[r:RELATES_TO]->(other:GraphmemEntity)
         WHERE $links AND r.memory_id = v.memory_id AND r.recorded_at <= v.recorded_from
           AND (r.retracted_at IS NULL OR r.retracted_at > v.recorded_from)
         WITH one, r, other ORDER BY r.recorded_at, one.key, r.predicate, other.key
         RETURN {
           source: one.id, predicate: r.predicate, target: other.id, memory_id: r.memory_id,
           valid_from: r.valid_from /*micros*/,
           valid_to: r.valid_to /*micros*/
         }
       } AS relations
ORDER BY id, v.number
