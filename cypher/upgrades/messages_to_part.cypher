// The next messages of an older store with words that its full-text index kept together, in the order of their ids.
MATCH (s:GraphMem {key: 'store'})
MATCH (m:GraphmemSaidMessage)
WHERE m.id > coalesce(s.upgrade_cursor, '') AND m.content =~ "(?s).*(\\w[.:,\\x3b']\\w|_).*"
RETURN m.id AS id, m.content AS text
ORDER BY m.id LIMIT 1000
