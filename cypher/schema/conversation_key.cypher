// One :GraphmemConversation node for each scope under which messages were added.
CREATE CONSTRAINT graphmem_own_conversation_key IF NOT EXISTS FOR (c:GraphmemConversation) REQUIRE c.key IS UNIQUE
