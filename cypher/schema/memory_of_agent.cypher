// Lists the memories of one agent, newest first. Neo4j uses it only for queries with a condition on created_at: IS NOT NULL is enough.
CREATE INDEX graphmem_own_memory_of_agent IF NOT EXISTS FOR (m:GraphmemMemory) ON (m.agent_id, m.created_at)
