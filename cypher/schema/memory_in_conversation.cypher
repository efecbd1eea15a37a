// Finds the neighbours of a memory in its conversation.
CREATE INDEX graphmem_memory_in_conversation IF NOT EXISTS FOR (m:Memory) ON (m.conversation, m.position)
