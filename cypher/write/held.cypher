// The changes that were made: their version exists. It was made now, or by an earlier attempt whose answer was lost.
// $replacing: [{id, version}]; ids of memories and of their new versions
UNWIND $replacing AS row
MATCH (:GraphmemVersion {id: row.version})
RETURN collect(row.id) AS held
