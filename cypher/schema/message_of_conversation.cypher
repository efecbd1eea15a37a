// Finds out whether a conversation holds a message already.
CREATE INDEX graphmem_message_of_conversation IF NOT EXISTS FOR (m:Message) ON (m.conversation, m.digest)
