// No two :GraphmemApp nodes have the same id.
CREATE CONSTRAINT graphmem_own_app_id IF NOT EXISTS FOR (s:GraphmemApp) REQUIRE s.id IS UNIQUE
