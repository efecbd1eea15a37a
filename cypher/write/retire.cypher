// Withdraws memories. Each gets a last version with the event DELETE; it can't be found any more, and its relations are retracted.
// $retires: [{id, version, replaces, change_set, at}]; version: id of the new version; replaces: id of the version that must be the
// current one, null for any
UNWIND $retires AS row
MATCH (m:GraphmemMemory {id: row.id})
// Locked before the current version is read, because another writer may be replacing it.
SET m.lock = true
WITH row, m
MATCH (m)-[current:CURRENT]->(old:GraphmemVersion)
WHERE row.replaces IS NULL OR old.id = row.replaces
DELETE current
CREATE (m)-[:CURRENT]->(v:GraphmemVersion:Version)-[:PREVIOUS]->(old)
WITH row, m, v, old, CASE WHEN old.recorded_from > row.at THEN old.recorded_from ELSE row.at END AS at
SET v = old {.*, id: row.version, number: old.number + 1, event: 'DELETE', change_set: row.change_set, recorded_from: at,
             updated_at: at, title: 'deleted: ' + old.title},
    old.recorded_to = at, old.title = 'was: ' + old.title, old.embedding = m.embedding, old.embedding_2 = m.embedding_2
WITH row, m
CALL (m) {
  MATCH (m)-[link:HAS_MEMORY|IN_CATEGORY|MENTIONS]-(:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun|GraphmemCategory|GraphmemEntity)
  DELETE link
}
CALL (row) {
  MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
  WHERE r.memory_id = row.id AND r.retracted_at IS NULL
  SET r.retracted_at = CASE WHEN r.recorded_at > row.at THEN r.recorded_at ELSE row.at END, r.caption = 'was: ' + r.predicate
}
REMOVE m:GraphmemMemory:Memory
SET m:GraphmemDeletedMemory:DeletedMemory
SET m = {id: row.id, title: 'deleted', deleted_at: row.at}
RETURN count(*) AS retired
