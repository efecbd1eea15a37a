// Retracts valid relations whose memory is missing.
// $at: the time of the repair
MATCH (:Entity)-[r:RELATES_TO]->(:Entity)
WHERE r.retracted_at IS NULL AND NOT EXISTS { (:Memory {id: r.memory_id}) }
SET r.retracted_at = $at
