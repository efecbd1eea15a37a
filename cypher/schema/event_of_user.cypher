// Lists the events of one user.
CREATE INDEX graphmem_event_of_user IF NOT EXISTS FOR (e:GraphmemEvent) ON (e.user_id, e.seq)
