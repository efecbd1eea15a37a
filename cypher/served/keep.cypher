// Writes a record of a server, in the place of the one that has its kind and id.
// $record: map of its values
MERGE (r:GraphmemRecord {key: $record.kind + '/' + $record.id})
ON CREATE SET r.created_at = $record.created_at
SET r.name = $record.kind + ' ' + $record.id, r.kind = $record.kind, r.id = $record.id, r.owner = $record.owner, r.data = $record.data,
    r.updated_at = $record.updated_at
