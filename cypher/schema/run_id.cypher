// No two :GraphmemRun nodes have the same id.
CREATE CONSTRAINT graphmem_own_run_id IF NOT EXISTS FOR (s:GraphmemRun) REQUIRE s.id IS UNIQUE
