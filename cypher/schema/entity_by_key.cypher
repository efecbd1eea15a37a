// Finds entities by the names in a search text.
CREATE INDEX graphmem_own_entity_by_key IF NOT EXISTS FOR (e:GraphmemEntity) ON (e.key)
