// Finds memories by the first day of what they tell.
CREATE INDEX graphmem_own_memory_by_event IF NOT EXISTS FOR (m:GraphmemMemory) ON (m.event_start)
