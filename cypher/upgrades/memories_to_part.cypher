// The next memories of an older store with words that its full-text index kept together, in the order of their ids.
MATCH (s:GraphMem {key: 'store'})
MATCH (m:GraphmemMemory)
WHERE m.id > coalesce(s.upgrade_cursor, '') AND m.text =~ "(?s).*(\\w[.:,\\x3b']\\w|_).*"
RETURN m.id AS id, m.text AS text
ORDER BY m.id LIMIT 1000
