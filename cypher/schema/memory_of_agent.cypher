// Memories of one agent, newest first.
CREATE INDEX graphmem_memory_of_agent IF NOT EXISTS FOR (m:Memory) ON (m.agent_id, m.created_at)
