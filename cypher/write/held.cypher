// Which changes stand: those whose version was made, now or a moment ago by a call whose answer was lost.
// $replacing: [{id, version}]; ids of memories and of their new versions
UNWIND $replacing AS row
MATCH (:Version {id: row.version})
RETURN collect(row.id) AS held
