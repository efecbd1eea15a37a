// One :GraphmemQueue node in a database: it numbers the events, and whoever begins or accepts some locks it.
CREATE CONSTRAINT graphmem_queue_key IF NOT EXISTS FOR (q:GraphmemQueue) REQUIRE q.key IS UNIQUE
