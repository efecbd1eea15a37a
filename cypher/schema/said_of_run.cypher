// Finds the messages of one run that searches find.
CREATE INDEX graphmem_said_of_run IF NOT EXISTS FOR (m:SaidMessage) ON (m.run_id)
