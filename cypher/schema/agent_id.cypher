// No two :GraphmemAgent nodes have the same id.
CREATE CONSTRAINT graphmem_own_agent_id IF NOT EXISTS FOR (s:GraphmemAgent) REQUIRE s.id IS UNIQUE
