// Finds entities by the names in a search text.
CREATE INDEX graphmem_entity_by_key IF NOT EXISTS FOR (e:Entity) ON (e.key)
