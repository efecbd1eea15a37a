// Versions whose time does not end when the one with the next number begins.
MATCH (v:GraphmemVersion)
WITH v, head(COLLECT {
  MATCH (n:GraphmemVersion {memory_id: v.memory_id})
  WHERE n.number > v.number
  RETURN n ORDER BY n.number LIMIT 1
}) AS n
WHERE v.recorded_to < v.recorded_from OR (v.recorded_to IS NULL) <> (n IS NULL) OR v.recorded_to <> n.recorded_from
RETURN v.id AS id
