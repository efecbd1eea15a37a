// Ids of missing memories that valid relations rest on.
MATCH (:Entity)-[r:RELATES_TO]->(:Entity)
WHERE r.retracted_at IS NULL AND NOT EXISTS { (:Memory {id: r.memory_id}) }
RETURN DISTINCT r.memory_id AS id
