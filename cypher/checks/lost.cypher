// Memories that are missing although they were not deleted.
MATCH (v:GraphmemVersion)
WHERE v.recorded_to IS NULL AND v.event <> 'DELETE' AND NOT EXISTS { (:GraphmemMemory {id: v.memory_id}) }
RETURN v.memory_id AS id
