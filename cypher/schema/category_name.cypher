// No two :GraphmemCategory nodes have the same name.
CREATE CONSTRAINT graphmem_own_category_name IF NOT EXISTS FOR (c:GraphmemCategory) REQUIRE c.name IS UNIQUE
