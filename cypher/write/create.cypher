// Makes memories with their first version. If a memory has the same identity (the same text in the same scope), it is left as it is.
// $creates: [{id, identity, properties, vector, version}]; properties are those of the Memory, version those of the Version
UNWIND $creates AS row
MERGE (m:GraphmemMemory {identity: row.identity})
ON CREATE SET m:GraphmemMemory:Memory, m += row.properties
WITH row, m
CALL (row, m) {
  // A memory that was there before has another id. If it has this id and a version, this is a repetition of a call whose answer was
  // lost.
  WITH * WHERE m.id = row.id AND NOT EXISTS { (m)-[:CURRENT]->(:GraphmemVersion) }
  CREATE (m)-[:CURRENT]->(v:GraphmemVersion:Version)
  SET v = row.version
  WITH row, m WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
}
RETURN collect({given: row.id, stored: m.id}) AS created
