// Records the store once its schema stands.
// $id: for a new store
// $schema_version: the version just set up
MERGE (s:GraphMem {key: 'store'})
ON CREATE SET s.id = $id, s.caption = 'graphmem'
SET s.schema_version = $schema_version
RETURN s.id AS id
