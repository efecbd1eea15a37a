// Finds the versions of one agent's memories, for questions about the past.
CREATE INDEX graphmem_own_version_of_agent IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.agent_id)
