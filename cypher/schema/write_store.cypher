// Records that an upgrade of the schema is done. If another client has recorded it already, or a later one, nothing changes.
// $id: id for the store if it is new
// $schema_version: the version that the database has now
// $from: the version that it had when the upgrade began; null if it is new
// $last: whether it has now what this graphmem knows; until then, a client that goes on after a kill must find where it began
// $bare_labels: the plain labels that graphmem's nodes don't carry here, because other programs use them; null if that is known
MERGE (s:GraphMem {key: 'store'})
ON CREATE SET s.id = $id, s.caption = 'graphmem'
SET s.lock = true
WITH s
REMOVE s.lock
WITH s WHERE coalesce(s.schema_version, 0) < $schema_version
SET s.schema_version = $schema_version, s.upgrading_from = coalesce(s.upgrading_from, $from),
    s.bare_labels = coalesce(s.bare_labels, $bare_labels)
SET s.upgraded_from = coalesce(s.upgrading_from, s.upgraded_from)
SET s.upgrading_from = CASE WHEN $last THEN null ELSE s.upgrading_from END
REMOVE s.upgrade_cursor
RETURN s.id AS id
