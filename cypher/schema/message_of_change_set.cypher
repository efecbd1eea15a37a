// Finds the messages of one call.
CREATE INDEX graphmem_message_of_change_set IF NOT EXISTS FOR (m:Message) ON (m.change_set)
