// Records that an upgrade of the schema is done. If another client has recorded it already, or a later one, nothing changes.
// $id: id for the store if it is new
// $schema_version: the version that the database has now
// $from: the version that it had when the upgrade began; null if it is new
// $bare_labels: the plain labels that graphmem's nodes don't carry here, because other programs use them; null if that is known
MERGE (s:GraphMem {key: 'store'})
ON CREATE SET s.id = $id, s.caption = 'graphmem'
SET s.lock = true
WITH s
REMOVE s.lock
WITH s WHERE coalesce(s.schema_version, 0) < $schema_version
SET s.schema_version = $schema_version, s.upgraded_from = coalesce($from, s.upgraded_from),
    s.bare_labels = coalesce(s.bare_labels, $bare_labels)
REMOVE s.upgrade_cursor
RETURN s.id AS id
