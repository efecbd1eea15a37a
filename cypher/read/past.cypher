// The memories as they were at a time, with the entities that they named then.
// $at: the time, on the store's clock: what was recorded by then counts
MATCH (v:GraphmemVersion)
WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
OPTIONAL MATCH (m:GraphmemMemory {id: v.memory_id}) WHERE m.version_id = v.id
RETURN v {.*} AS memory /*version*/,
       coalesce(m.embedding, v.embedding) AS vector, COLLECT { MATCH (v)-[:NAMES]->(e:GraphmemEntity) RETURN [e.key, e.type] } AS entities,
       v.conversation AS conversation, v.position AS position,
       false AS verbatim, null AS role, null AS speaker
