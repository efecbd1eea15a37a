// Ids of missing memories that valid relations rest on.
MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
WHERE r.memory_id IS NOT NULL AND r.retracted_at IS NULL AND NOT EXISTS { (:GraphmemMemory {id: r.memory_id}) }
RETURN DISTINCT r.memory_id AS id
