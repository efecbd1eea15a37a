// Memories of one app, newest first.
CREATE INDEX graphmem_memory_of_app IF NOT EXISTS FOR (m:Memory) ON (m.app_id, m.created_at)
