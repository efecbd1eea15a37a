// A record of a server is found by its kind and id, joined in one property.
CREATE CONSTRAINT graphmem_record_key IF NOT EXISTS FOR (r:GraphmemRecord) REQUIRE r.key IS UNIQUE
