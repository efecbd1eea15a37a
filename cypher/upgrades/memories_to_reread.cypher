// The next memories that an older graphmem wrote, in the order of their ids: what compares them is written anew.
MATCH (s:GraphMem {key: 'store'})
MATCH (m:GraphmemMemory)
WHERE m.id > coalesce(s.upgrade_cursor, '')
RETURN m.id AS id, m.text AS text, m.metadata AS metadata, m.categories AS categories, m.user_id AS user_id, m.agent_id AS agent_id,
       m.app_id AS app_id, m.run_id AS run_id, keys(m) AS names
ORDER BY m.id LIMIT 1000
