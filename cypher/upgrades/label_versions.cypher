// Gives the versions of an older store graphmem's own label.
MATCH (v:Version)
WHERE v.id IS NOT NULL AND v.memory_id IS NOT NULL AND v.change_set IS NOT NULL AND v.recorded_from IS NOT NULL
CALL (v) {
  SET v:GraphmemVersion
} IN TRANSACTIONS OF 1000 ROWS
