// No two :Memory nodes have the same id.
CREATE CONSTRAINT graphmem_memory_id IF NOT EXISTS FOR (m:Memory) REQUIRE m.id IS UNIQUE
