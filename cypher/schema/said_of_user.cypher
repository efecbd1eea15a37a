// Finds the messages of one user that searches find.
CREATE INDEX graphmem_said_of_user IF NOT EXISTS FOR (m:SaidMessage) ON (m.user_id)
