// Finds the messages of one user that searches find.
CREATE INDEX graphmem_own_said_of_user IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON (m.user_id)
