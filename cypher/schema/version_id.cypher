// One :Version node an id.
CREATE CONSTRAINT graphmem_version_id IF NOT EXISTS FOR (v:Version) REQUIRE v.id IS UNIQUE
