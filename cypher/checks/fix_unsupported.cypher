// Retracts valid relations whose memory is missing.
// $at: the time of the repair
MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
WHERE r.memory_id IS NOT NULL AND r.retracted_at IS NULL AND NOT EXISTS { (:GraphmemMemory {id: r.memory_id}) }
SET r.retracted_at = $at, r.caption = 'was: ' + r.predicate
RETURN count(*) AS retracted
