// Entities that a query may name.
CREATE INDEX graphmem_entity_by_key IF NOT EXISTS FOR (e:Entity) ON (e.key)
