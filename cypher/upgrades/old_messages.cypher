// Messages that an older graphmem wrote, after those that were looked at, with the scopes of the memories that their calls wrote.
MATCH (s:GraphMem {key: 'store'})
MATCH (m:Message)
WHERE m.change_set IS NOT NULL AND m.conversation IS NOT NULL AND m.position IS NOT NULL AND m.id > coalesce(s.upgrade_cursor, '')
WITH m ORDER BY m.id LIMIT 1000
RETURN m.id AS id, m.role AS role, m.conversation AS conversation, m.read_by AS read_by, m.content AS content,
       COLLECT {
         MATCH (v:Version {change_set: m.change_set})
         RETURN DISTINCT [v.user_id, v.agent_id, v.app_id, v.run_id]
       } AS scopes
ORDER BY id
