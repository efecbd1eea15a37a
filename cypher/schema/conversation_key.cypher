// One :Conversation node for each scope under which messages were added.
CREATE CONSTRAINT graphmem_conversation_key IF NOT EXISTS FOR (c:Conversation) REQUIRE c.key IS UNIQUE
