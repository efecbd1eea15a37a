// Keeps new vectors of messages beside the old ones.
// $rows: [{id, vector}]; vector is null for a text without meaning. Ids of others than messages are passed over.
UNWIND $rows AS row
MATCH (m:GraphmemSaidMessage:GraphmemMessage {id: row.id})
CALL (row, m) {
  WITH * WHERE row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding_2', row.vector)
}
FOREACH (_ IN CASE WHEN row.vector IS NULL THEN [1] ELSE [] END | SET m.no_embedding_2 = true)
RETURN count(*) AS kept
