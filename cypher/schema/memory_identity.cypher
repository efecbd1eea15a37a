// A text is stored once in a scope: `identity` is a hash of text and scope.
CREATE CONSTRAINT graphmem_memory_identity IF NOT EXISTS FOR (m:Memory) REQUIRE m.identity IS UNIQUE
