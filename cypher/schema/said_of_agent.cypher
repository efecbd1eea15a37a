// Finds the messages of one agent that searches find.
CREATE INDEX graphmem_own_said_of_agent IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON (m.agent_id)
