// Finds the messages of one call.
CREATE INDEX graphmem_own_message_of_change_set IF NOT EXISTS FOR (m:GraphmemMessage) ON (m.change_set)
