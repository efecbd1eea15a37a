// The users, agents, apps and runs that have current memories, and how many.
MATCH (m:GraphmemMemory)
WHERE m.created_at IS NOT NULL AND true /*filter m*/
UNWIND [['user', m.user_id], ['agent', m.agent_id], ['app', m.app_id], ['run', m.run_id]] AS owner
WITH m, owner[0] AS kind, owner[1] AS id
WHERE id IS NOT NULL
WITH kind, id, count(*) AS memories, min(m.created_at) AS first, max(m.updated_at) AS last
RETURN kind, id, memories, first /*micros*/ AS created_at, last /*micros*/ AS updated_at
