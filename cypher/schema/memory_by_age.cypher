// Lists all memories, newest first.
CREATE INDEX graphmem_own_memory_by_age IF NOT EXISTS FOR (m:GraphmemMemory) ON (m.created_at)
