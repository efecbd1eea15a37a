// No two :GraphmemUser nodes have the same id.
CREATE CONSTRAINT graphmem_own_user_id IF NOT EXISTS FOR (s:GraphmemUser) REQUIRE s.id IS UNIQUE
