// Finds memories by the first day of what they tell.
CREATE INDEX graphmem_memory_by_event IF NOT EXISTS FOR (m:Memory) ON (m.event_start)
