// Records that an upgrade of the schema is done. If another client has recorded it already, or a later one, nothing changes.
// $id: id for the store if it is new
// $schema_version: the version that the database has now
MERGE (s:GraphMem {key: 'store'})
ON CREATE SET s.id = $id, s.caption = 'graphmem'
SET s.lock = true
WITH s
REMOVE s.lock
WITH s WHERE coalesce(s.schema_version, 0) < $schema_version
SET s.schema_version = $schema_version
REMOVE s.upgrade_cursor
RETURN s.id AS id
