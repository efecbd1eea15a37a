// Gives memories of an older store the words that the full-text index kept together.
// $rows: [{id, changed}]; changed: properties
UNWIND $rows AS row
MATCH (m:GraphmemMemory {id: row.id})
SET m += row.changed
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN last
