// Finds the messages of one app that searches find.
CREATE INDEX graphmem_own_said_of_app IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON (m.app_id)
