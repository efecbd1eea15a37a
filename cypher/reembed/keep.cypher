// Keeps new vectors beside the old ones.
// $rows: [{id, vector}]; id is a version's; vector is null for a text without meaning
UNWIND $rows AS row
MATCH (v:GraphmemVersion {id: row.id})
OPTIONAL MATCH (m:GraphmemMemory {id: v.memory_id})
// Locked before it is asked which version is current: a writer may be replacing it.
SET m.lock = true
WITH row, v, m
OPTIONAL MATCH (m)-[current:CURRENT]->(v)
WITH row, v, m, CASE WHEN current IS NULL THEN v ELSE m END AS place
CALL (row, place) {
  WITH * WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(place, 'embedding_2', row.vector)
}
FOREACH (_ IN CASE WHEN row.vector IS NULL THEN [1] ELSE [] END | SET v.no_vector = true)
REMOVE m.lock
RETURN count(*) AS kept
