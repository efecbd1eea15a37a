// Finds the message that stands at a position of a conversation.
CREATE INDEX graphmem_own_message_at IF NOT EXISTS FOR (m:GraphmemMessage) ON (m.conversation, m.position)
