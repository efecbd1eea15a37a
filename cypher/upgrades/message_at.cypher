// Finds the message that stands at a position of a conversation.
CREATE INDEX graphmem_message_at IF NOT EXISTS FOR (m:Message) ON (m.conversation, m.position)
