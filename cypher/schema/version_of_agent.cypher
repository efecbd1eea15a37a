// Finds the versions of one agent's memories, for questions about the past.
CREATE INDEX graphmem_version_of_agent IF NOT EXISTS FOR (v:Version) ON (v.agent_id)
