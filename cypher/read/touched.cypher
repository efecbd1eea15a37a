// The call that this id names, or that wrote the version it names, and the memories that it changed.
// $id: of a call or of a version
CALL () {
  MATCH (v:Version {change_set: $id}) RETURN v.change_set AS change_set LIMIT 1
  UNION
  MATCH (v:Version {id: $id}) RETURN v.change_set AS change_set
}
WITH change_set LIMIT 1
MATCH (v:Version {change_set: change_set})
RETURN change_set, collect(DISTINCT v.memory_id) AS memories
