// The records of a kind, oldest first.
// $kind: such as key
// $owner: only those of this project; null for all
MATCH (r:GraphmemRecord)
WHERE r.kind = $kind AND ($owner IS NULL OR r.owner = $owner)
RETURN r.kind AS kind, r.id AS id, r.owner AS owner, r.data AS data, r.created_at AS created_at, r.updated_at AS updated_at
ORDER BY created_at, id
