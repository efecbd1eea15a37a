// No two :Agent nodes have the same id.
CREATE CONSTRAINT graphmem_agent_id IF NOT EXISTS FOR (s:Agent) REQUIRE s.id IS UNIQUE
