// Lists events in the order in which they were accepted.
CREATE INDEX graphmem_event_order IF NOT EXISTS FOR (e:GraphmemEvent) ON (e.kind, e.seq)
