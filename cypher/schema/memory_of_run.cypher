// Memories of one run, newest first.
CREATE INDEX graphmem_memory_of_run IF NOT EXISTS FOR (m:Memory) ON (m.run_id, m.created_at)
