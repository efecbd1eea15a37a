// What was known of one agent at some time.
CREATE INDEX graphmem_version_of_agent IF NOT EXISTS FOR (v:Version) ON (v.agent_id)
