// One current memory for each text within a scope: `identity` is a hash of both.
CREATE CONSTRAINT graphmem_memory_identity IF NOT EXISTS FOR (m:Memory) REQUIRE m.identity IS UNIQUE
