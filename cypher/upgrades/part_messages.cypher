// Gives messages of an older store the words that the full-text index kept together.
// $rows: [{id, indexed}]
UNWIND $rows AS row
MATCH (m:GraphmemSaidMessage {id: row.id})
SET m.indexed = row.indexed
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN last
