// The entities of one owner by name.
CREATE INDEX graphmem_entity_of_owner IF NOT EXISTS FOR (e:Entity) ON (e.owner, e.key)
