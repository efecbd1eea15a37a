// Events of a kind that carry all of these ids, newest first.
// $kind: such as add
// $ids: map of ids that they carry
// $id: only this one; null for all
// $offset: how many are left out
// $limit: how many at most
MATCH (e:GraphmemEvent)
WHERE e.kind = $kind AND ($id IS NULL OR e.id = $id) AND all(name IN keys($ids) WHERE e[name] = $ids[name])
WITH e ORDER BY e.seq DESC
WITH collect(e) AS found
UNWIND [{event: null}] + [e IN found[$offset..$offset + $limit] | {event: e {.*}}] AS row
RETURN size(found) AS total, row.event AS event
