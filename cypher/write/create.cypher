// Makes memories with their first version. A memory with the same identity (the same text in the same scope) is kept as it stands.
// $creates: [{id, identity, properties, vector, version}]; identity is also one of the properties, version holds those of the Version
UNWIND $creates AS row
MERGE (m:Memory {identity: row.identity})
ON CREATE SET m += row.properties
WITH row, m
CALL (row, m) {
  // One that was there has another id, or a version: it was made a moment ago by a call whose answer was lost.
  WITH * WHERE m.id = row.id AND NOT EXISTS { (m)-[:CURRENT]->() }
  CREATE (m)-[:CURRENT]->(v:Version)
  SET v = row.version
  WITH row, m WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
}
RETURN collect({given: row.id, stored: m.id}) AS created
