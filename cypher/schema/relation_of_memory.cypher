// Finds the relations that one memory supports.
CREATE INDEX graphmem_relation_of_memory IF NOT EXISTS FOR ()-[r:RELATES_TO]-() ON (r.memory_id)
