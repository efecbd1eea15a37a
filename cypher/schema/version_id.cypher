// No two :Version nodes have the same id.
CREATE CONSTRAINT graphmem_version_id IF NOT EXISTS FOR (v:Version) REQUIRE v.id IS UNIQUE
