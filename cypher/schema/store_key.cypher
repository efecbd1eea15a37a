// One :GraphMem node in a database: it records the schema version and the embedder.
CREATE CONSTRAINT graphmem_store_key IF NOT EXISTS FOR (s:GraphMem) REQUIRE s.key IS UNIQUE
