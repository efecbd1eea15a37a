// Finds the neighbours of a memory in its conversation.
CREATE INDEX graphmem_own_memory_in_conversation IF NOT EXISTS FOR (m:GraphmemMemory) ON (m.conversation, m.position)
