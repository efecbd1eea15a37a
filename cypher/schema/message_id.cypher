// No two :GraphmemMessage nodes have the same id.
CREATE CONSTRAINT graphmem_own_message_id IF NOT EXISTS FOR (m:GraphmemMessage) REQUIRE m.id IS UNIQUE
