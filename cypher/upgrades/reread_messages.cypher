// Gives messages of an older store what they are compared by.
// $rows: [{id, changed}]; changed: properties
UNWIND $rows AS row
MATCH (m:GraphmemSaidMessage {id: row.id})
SET m += row.changed
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN last
