// Memories of one run, newest first. Serves only queries that ask for created_at as well, be it for IS NOT NULL.
CREATE INDEX graphmem_memory_of_run IF NOT EXISTS FOR (m:Memory) ON (m.run_id, m.created_at)
