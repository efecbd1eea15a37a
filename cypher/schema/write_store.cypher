// Records the store once a step of its schema is done. A client that is late changes nothing of what others recorded meanwhile.
// $id: for a new store
// $schema_version: the version that this step leads to
MERGE (s:GraphMem {key: 'store'})
ON CREATE SET s.id = $id, s.caption = 'graphmem'
SET s.lock = true
WITH s
REMOVE s.lock
WITH s WHERE coalesce(s.schema_version, 0) < $schema_version
SET s.schema_version = $schema_version
REMOVE s.upgrade_cursor
RETURN s.id AS id
