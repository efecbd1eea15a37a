// Imports the versions that the store does not hold yet, and makes the current and the withdrawn memories from the newest ones. The
// versions of a memory must come oldest first.
// $rows: [{id, memory_id, number, version, memory, own_identity, vector, entities, sources}]; memory is null unless the version is
// current
UNWIND $rows AS row
OPTIONAL MATCH (known:GraphmemVersion {id: row.id})
WITH row WHERE known IS NULL
CREATE (v:GraphmemVersion:Version)
SET v = row.version
WITH row, v
CALL (row, v) {
  UNWIND row.entities AS id
  MATCH (e:GraphmemEntity {id: id})
  CREATE (v)-[:NAMES]->(e)
  // The entity that stands for the user says who that is.
  FOREACH (user IN CASE WHEN e.key = 'user' THEN [id IN [v.user_id] WHERE id IS NOT NULL] ELSE [] END | SET e.title = user)
}
CALL (row, v) {
  UNWIND row.sources AS source
  MATCH (s:GraphmemMessage {id: source[0]})
  CREATE (v)-[:DERIVED_FROM {first: source[1], last: source[2]}]->(s)
}
CALL (row, v) {
  MATCH (p:GraphmemVersion {memory_id: row.memory_id}) WHERE p.number = row.number - 1
  CREATE (v)-[:PREVIOUS]->(p)
}
CALL (row, v) {
  WITH * WHERE row.memory IS NULL AND row.version.recorded_to IS NULL
  CREATE (m:GraphmemDeletedMemory:DeletedMemory {id: row.memory_id, title: 'deleted', deleted_at: row.version.recorded_from})-[:CURRENT]->(v)
}
CALL (row, v) {
  WITH * WHERE row.memory IS NULL AND row.vector IS NOT NULL
  SET v.embedding = row.vector
}
CALL (row, v) {
  WITH row, v, row.memory AS given WHERE given IS NOT NULL
  // Another memory may have its text in another spelling: earlier versions told these apart.
  OPTIONAL MATCH (twin:GraphmemMemory {identity: given.identity}) WHERE twin.text <> given.text
  CREATE (m:GraphmemMemory:Memory)-[:CURRENT]->(v)
  SET m = given {.*, identity: CASE WHEN twin IS NULL THEN given.identity ELSE row.own_identity END}
  WITH row, m
  CALL (row, m) {
    WITH * WHERE row.vector IS NOT NULL
    CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
  }
  WITH row, m
  UNWIND row.entities AS id
  MATCH (e:GraphmemEntity {id: id})
  CREATE (m)-[:MENTIONS]->(e)
}
RETURN count(*) AS made
