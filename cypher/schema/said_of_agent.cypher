// Finds the messages of one agent that searches find.
CREATE INDEX graphmem_said_of_agent IF NOT EXISTS FOR (m:SaidMessage) ON (m.agent_id)
