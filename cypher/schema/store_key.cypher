// One :GraphMem node a database: schema version, embedder.
CREATE CONSTRAINT graphmem_store_key IF NOT EXISTS FOR (s:GraphMem) REQUIRE s.key IS UNIQUE
