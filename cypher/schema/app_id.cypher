// No two :App nodes have the same id.
CREATE CONSTRAINT graphmem_app_id IF NOT EXISTS FOR (s:App) REQUIRE s.id IS UNIQUE
