// Scope ids that have current memories, with how many.
CALL () {
  MATCH (m:Memory) WHERE m.user_id IS NOT NULL AND true /*filter m*/
  RETURN 'user' AS kind, m.user_id AS id, count(*) AS memories, min(m.created_at) AS first, max(m.updated_at) AS last
  UNION ALL
  MATCH (m:Memory) WHERE m.agent_id IS NOT NULL AND true /*filter m*/
  RETURN 'agent' AS kind, m.agent_id AS id, count(*) AS memories, min(m.created_at) AS first, max(m.updated_at) AS last
  UNION ALL
  MATCH (m:Memory) WHERE m.app_id IS NOT NULL AND true /*filter m*/
  RETURN 'app' AS kind, m.app_id AS id, count(*) AS memories, min(m.created_at) AS first, max(m.updated_at) AS last
  UNION ALL
  MATCH (m:Memory) WHERE m.run_id IS NOT NULL AND true /*filter m*/
  RETURN 'run' AS kind, m.run_id AS id, count(*) AS memories, min(m.created_at) AS first, max(m.updated_at) AS last
}
RETURN kind, id, memories, first.epochSeconds * 1000000 + first.microsecond AS created_at,
       last.epochSeconds * 1000000 + last.microsecond AS updated_at
