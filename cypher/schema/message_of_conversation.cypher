// Finds out whether a conversation holds a message already.
CREATE INDEX graphmem_own_message_of_conversation IF NOT EXISTS FOR (m:GraphmemMessage) ON (m.conversation, m.digest)
