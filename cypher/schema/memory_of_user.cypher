// Memories of one user, newest first.
CREATE INDEX graphmem_memory_of_user IF NOT EXISTS FOR (m:Memory) ON (m.user_id, m.created_at)
