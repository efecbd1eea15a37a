// Memories of one user, newest first. Serves only queries that ask for created_at as well, be it for IS NOT NULL.
CREATE INDEX graphmem_memory_of_user IF NOT EXISTS FOR (m:Memory) ON (m.user_id, m.created_at)
