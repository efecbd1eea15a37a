// Finds the entities of one owner by the beginning of their keys.
CREATE INDEX graphmem_own_entity_of_owner IF NOT EXISTS FOR (e:GraphmemEntity) ON (e.owner, e.key)
