// The next versions of an older store with text that is not ASCII, in the order of their ids.
MATCH (s:GraphMem {key: 'store'})
MATCH (v:GraphmemVersion)
WHERE v.id > coalesce(s.upgrade_cursor, '')
  AND any(text IN [v.user_id, v.agent_id, v.app_id, v.run_id] + v.categories WHERE NOT text =~ '[\\x00-\\x7f]*')
RETURN v.id AS id, v.categories AS categories, v.user_id AS user_id, v.agent_id AS agent_id, v.app_id AS app_id, v.run_id AS run_id
ORDER BY v.id LIMIT 1000
