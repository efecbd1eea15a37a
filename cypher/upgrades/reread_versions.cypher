// Gives versions of an older store what they are compared by.
// $rows: [{id, changed}]; changed: properties
UNWIND $rows AS row
MATCH (v:GraphmemVersion {id: row.id})
SET v += row.changed
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN last
