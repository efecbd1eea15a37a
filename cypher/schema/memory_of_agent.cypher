// Memories of one agent, newest first. Serves only queries that ask for created_at as well, be it for IS NOT NULL.
CREATE INDEX graphmem_memory_of_agent IF NOT EXISTS FOR (m:Memory) ON (m.agent_id, m.created_at)
