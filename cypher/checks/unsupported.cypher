// Memories that are not there while relations in force rest on them.
MATCH (:Entity)-[r:RELATES_TO]->(:Entity)
WHERE r.retracted_at IS NULL AND NOT EXISTS { (:Memory {id: r.memory_id}) }
RETURN DISTINCT r.memory_id AS id
