// The next messages of an older store with text that is not ASCII, in the order of their ids.
MATCH (s:GraphMem {key: 'store'})
MATCH (m:GraphmemSaidMessage)
WHERE m.id > coalesce(s.upgrade_cursor, '')
  AND any(text IN [m.user_id, m.agent_id, m.app_id, m.run_id, m.content] WHERE NOT text =~ '[\\x00-\\x7f]*')
RETURN m.id AS id, m.content AS content, m.user_id AS user_id, m.agent_id AS agent_id, m.app_id AS app_id, m.run_id AS run_id
ORDER BY m.id LIMIT 1000
