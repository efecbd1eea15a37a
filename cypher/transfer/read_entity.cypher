// Entities to export, ordered by id.
// $offset: how many to skip
// $limit: how many to return at most
MATCH (e:GraphmemEntity)
WHERE e.owner IS NOT NULL
WITH e ORDER BY e.id SKIP $offset LIMIT $limit
RETURN e {.id, .owner, .key, name: coalesce(e.name, e.key), .type, .aliases} AS record
ORDER BY e.id
