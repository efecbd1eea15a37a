// No two :Message nodes have the same id.
CREATE CONSTRAINT graphmem_message_id IF NOT EXISTS FOR (m:Message) REQUIRE m.id IS UNIQUE
