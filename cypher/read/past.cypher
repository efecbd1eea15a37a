// The memories as they were at some time, with what they named then.
// $at: the time, by the store's clock
MATCH (v:Version)
WHERE v.recorded_from <= $at AND (v.recorded_to IS NULL OR v.recorded_to > $at) AND v.event <> 'DELETE' AND true /*filter v*/
OPTIONAL MATCH (m:Memory {id: v.memory_id}) WHERE m.version_id = v.id
RETURN v.memory_id AS id, v.id AS version_id, v.text AS text, v.user_id AS user_id, v.agent_id AS agent_id, v.app_id AS app_id,
       v.run_id AS run_id, v.metadata AS metadata, v.categories AS categories, v.immutable AS immutable,
       v.expires_at.epochSeconds * 1000000 + v.expires_at.microsecond AS expires_at,
       v.created_at.epochSeconds * 1000000 + v.created_at.microsecond AS created_at,
       v.updated_at.epochSeconds * 1000000 + v.updated_at.microsecond AS updated_at,
       coalesce(m.embedding, v.embedding) AS vector, COLLECT { MATCH (v)-[:NAMES]->(e:Entity) RETURN e.key } AS entities,
       v.conversation AS conversation, v.position AS position
