// Entities of an older store, without the last word of their key.
MATCH (e:Entity)
WHERE e.owner IS NOT NULL AND e.key IS NOT NULL AND e.name IS NOT NULL AND e.type IS NOT NULL AND e.caption IS NOT NULL AND e.ending IS NULL
RETURN e.id AS id LIMIT 1000
