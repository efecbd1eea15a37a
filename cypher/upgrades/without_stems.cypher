// Memories that an older graphmem wrote: nothing tells yet which words they hold.
MATCH (m:Memory)
WHERE m.created_at IS NOT NULL AND m.identity IS NOT NULL AND m.stems IS NULL
RETURN m.id AS id, m.text AS text LIMIT 1000
