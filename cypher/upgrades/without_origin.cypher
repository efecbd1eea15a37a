// Memories that an older graphmem wrote: they come from a message, and nothing tells yet who said it.
MATCH (m:Memory)
WHERE m.position IS NOT NULL AND m.identity IS NOT NULL AND m.verbatim IS NULL
RETURN m.id AS id LIMIT 1000
