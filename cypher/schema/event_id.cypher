// An event of a server is found by its id.
CREATE CONSTRAINT graphmem_event_id IF NOT EXISTS FOR (e:GraphmemEvent) REQUIRE e.id IS UNIQUE
