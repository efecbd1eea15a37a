// No two :Category nodes have the same name.
CREATE CONSTRAINT graphmem_category_name IF NOT EXISTS FOR (c:Category) REQUIRE c.name IS UNIQUE
