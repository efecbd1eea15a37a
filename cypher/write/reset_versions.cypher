// Step 3 of a reset: deletes versions. This step and the next ones spare what belongs to memories added since the reset began.
MATCH (v:GraphmemVersion)
WHERE v.id IS NOT NULL AND v.memory_id IS NOT NULL AND v.change_set IS NOT NULL AND v.recorded_from IS NOT NULL
  AND NOT EXISTS { (:GraphmemMemory {id: v.memory_id}) }
CALL (v) {
  DETACH DELETE v
} IN TRANSACTIONS OF 1000 ROWS
