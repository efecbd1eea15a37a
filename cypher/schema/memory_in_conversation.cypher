// A memory's neighbours in the conversation it came from.
CREATE INDEX graphmem_memory_in_conversation IF NOT EXISTS FOR (m:Memory) ON (m.conversation, m.position)
