// The chain of one memory, oldest first, with the messages of the call that wrote each version.
// $memory_id: current or withdrawn
MATCH (v:Version {memory_id: $memory_id})
CALL (v) {
  OPTIONAL MATCH (m:Message {change_set: v.change_set})
  WITH m ORDER BY m.position
  RETURN collect([m.role, m.content, m.name]) AS messages
}
RETURN v.memory_id AS id, v.id AS version_id, v.text AS text, v.user_id AS user_id, v.agent_id AS agent_id, v.app_id AS app_id,
       v.run_id AS run_id, v.metadata AS metadata, v.categories AS categories, v.immutable AS immutable,
       v.expires_at.epochSeconds * 1000000 + v.expires_at.microsecond AS expires_at,
       v.created_at.epochSeconds * 1000000 + v.created_at.microsecond AS created_at,
       v.updated_at.epochSeconds * 1000000 + v.updated_at.microsecond AS updated_at,
       v.event AS event,
       v.recorded_from.epochSeconds * 1000000 + v.recorded_from.microsecond AS recorded_from,
       v.recorded_to.epochSeconds * 1000000 + v.recorded_to.microsecond AS recorded_to,
       v.change_set AS change_set, messages
ORDER BY v.number
