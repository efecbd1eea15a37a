// Finds the messages of one run that searches find.
CREATE INDEX graphmem_own_said_of_run IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON (m.run_id)
