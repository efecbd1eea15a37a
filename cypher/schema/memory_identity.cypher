// A text is stored once in a scope: `identity` is a hash of text and scope.
CREATE CONSTRAINT graphmem_own_memory_identity IF NOT EXISTS FOR (m:GraphmemMemory) REQUIRE m.identity IS UNIQUE
