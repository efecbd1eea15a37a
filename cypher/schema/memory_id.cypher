// One :Memory node an id.
CREATE CONSTRAINT graphmem_memory_id IF NOT EXISTS FOR (m:Memory) REQUIRE m.id IS UNIQUE
