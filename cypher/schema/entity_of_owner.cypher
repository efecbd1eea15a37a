// Finds the entities of one owner by the beginning of their keys.
CREATE INDEX graphmem_entity_of_owner IF NOT EXISTS FOR (e:Entity) ON (e.owner, e.key)
