// Lists all memories, newest first.
CREATE INDEX graphmem_memory_by_age IF NOT EXISTS FOR (m:Memory) ON (m.created_at)
