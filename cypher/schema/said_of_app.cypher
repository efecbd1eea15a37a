// Finds the messages of one app that searches find.
CREATE INDEX graphmem_said_of_app IF NOT EXISTS FOR (m:SaidMessage) ON (m.app_id)
