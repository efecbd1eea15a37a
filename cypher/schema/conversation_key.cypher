// One :Conversation node for each scope that messages came in under.
CREATE CONSTRAINT graphmem_conversation_key IF NOT EXISTS FOR (c:Conversation) REQUIRE c.key IS UNIQUE
