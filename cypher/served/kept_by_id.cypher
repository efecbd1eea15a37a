// One record, found by its kind and id.
// $key: both, with a slash between them
// $owner: only if it is of this project; null for any
MATCH (r:GraphmemRecord {key: $key})
WHERE $owner IS NULL OR r.owner = $owner
RETURN r.kind AS kind, r.id AS id, r.owner AS owner, r.data AS data, r.created_at AS created_at, r.updated_at AS updated_at
