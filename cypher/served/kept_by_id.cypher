// Records found by their kinds and ids, oldest first.
// $keys: of each both, with a slash between them
// $owner: only those of this project; null for any
MATCH (r:GraphmemRecord)
WHERE r.key IN $keys AND ($owner IS NULL OR r.owner = $owner)
RETURN r.kind AS kind, r.id AS id, r.owner AS owner, r.data AS data, r.created_at AS created_at, r.updated_at AS updated_at
ORDER BY created_at, id
