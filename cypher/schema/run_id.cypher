// No two :Run nodes have the same id.
CREATE CONSTRAINT graphmem_run_id IF NOT EXISTS FOR (s:Run) REQUIRE s.id IS UNIQUE
