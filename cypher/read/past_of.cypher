// These memories as they were at a time, with the entities that they named then and the message they came from.
// $ids: of the memories
// $at: the time, on the store's clock: what was recorded by then counts
UNWIND $ids AS id
MATCH (v:GraphmemVersion {memory_id: id})
WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
OPTIONAL MATCH (said:GraphmemMessage {conversation: v.conversation, position: v.position})
RETURN v {.*} AS memory /*version*/,
       null AS vector, COLLECT { MATCH (v)-[:NAMES]->(e:GraphmemEntity) RETURN [e.key, e.type] } AS entities,
       v.conversation AS conversation, v.position AS position,
       said.content = v.text AS verbatim, said.role AS role, said.speaker AS speaker
