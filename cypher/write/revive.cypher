// Brings withdrawn memories back, if the version that withdrew them is still the newest.
// $revives: [{id, replaces, at, properties, vector, version}]; replaces: id of the version that withdrew the memory
UNWIND $revives AS row
MATCH (m:GraphmemDeletedMemory {id: row.id})
// Locked before the current version is read, because another writer may be replacing it.
SET m.lock = true
WITH row, m
MATCH (m)-[current:CURRENT]->(old:GraphmemVersion {id: row.replaces})
DELETE current
CREATE (m)-[:CURRENT]->(v:GraphmemVersion:Version)-[:PREVIOUS]->(old)
WITH row, m, v, old, CASE WHEN old.recorded_from > row.at THEN old.recorded_from ELSE row.at END AS at
SET v = row.version, v.number = old.number + 1, v.recorded_from = at, old.recorded_to = at, old.title = 'was: ' + old.title, v.conversation = old.conversation, v.position = old.position
REMOVE m:GraphmemDeletedMemory:DeletedMemory
SET m = row.properties, m.conversation = old.conversation, m.position = old.position
SET m:GraphmemMemory:Memory
WITH row, m
CALL (row, m) {
  WITH * WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
}
RETURN count(*) AS revived
