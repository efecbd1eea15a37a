// Memories that are not linked to their owners or categories.
MATCH (m:GraphmemMemory)
WHERE m.identity IS NOT NULL AND (
  (m.user_id IS NOT NULL AND NOT EXISTS { (:GraphmemUser {id: m.user_id})-[:HAS_MEMORY]->(m) })
  OR (m.agent_id IS NOT NULL AND NOT EXISTS { (:GraphmemAgent {id: m.agent_id})-[:HAS_MEMORY]->(m) })
  OR (m.app_id IS NOT NULL AND NOT EXISTS { (:GraphmemApp {id: m.app_id})-[:HAS_MEMORY]->(m) })
  OR (m.run_id IS NOT NULL AND NOT EXISTS { (:GraphmemRun {id: m.run_id})-[:HAS_MEMORY]->(m) })
  OR any(name IN coalesce(m.categories_spelled, m.categories) WHERE NOT EXISTS { (m)-[:IN_CATEGORY]->(:GraphmemCategory {name: name}) }))
RETURN m.id AS id
