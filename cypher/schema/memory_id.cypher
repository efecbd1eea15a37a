// No two :GraphmemMemory nodes have the same id.
CREATE CONSTRAINT graphmem_own_memory_id IF NOT EXISTS FOR (m:GraphmemMemory) REQUIRE m.id IS UNIQUE
