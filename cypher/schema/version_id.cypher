// No two :GraphmemVersion nodes have the same id.
CREATE CONSTRAINT graphmem_own_version_id IF NOT EXISTS FOR (v:GraphmemVersion) REQUIRE v.id IS UNIQUE
