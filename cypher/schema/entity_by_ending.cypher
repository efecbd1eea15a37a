// Finds the entities of one owner by the last word of their keys: "book fair" and "town book fair" may be one.
CREATE INDEX graphmem_own_entity_by_ending IF NOT EXISTS FOR (e:GraphmemEntity) ON (e.owner, e.ending)
