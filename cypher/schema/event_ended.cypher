// Finds the events that ended before some time, to delete them.
CREATE INDEX graphmem_event_ended IF NOT EXISTS FOR (e:GraphmemEvent) ON (e.ended_at)
