// Current memories by id, in the order of the ids.
// $ids: memory ids
// $now: what has expired by then is left out; null shows all
UNWIND range(0, size($ids) - 1) AS place
MATCH (m:Memory {id: $ids[place]})
WHERE ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
RETURN m.id AS id, m.version_id AS version_id, m.text AS text, m.user_id AS user_id, m.agent_id AS agent_id, m.app_id AS app_id,
       m.run_id AS run_id, m.metadata AS metadata, m.categories AS categories, m.immutable AS immutable,
       m.expires_at.epochSeconds * 1000000 + m.expires_at.microsecond AS expires_at,
       m.created_at.epochSeconds * 1000000 + m.created_at.microsecond AS created_at,
       m.updated_at.epochSeconds * 1000000 + m.updated_at.microsecond AS updated_at
ORDER BY place
