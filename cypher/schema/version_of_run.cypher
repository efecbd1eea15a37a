// Finds the versions of one run's memories, for questions about the past.
CREATE INDEX graphmem_own_version_of_run IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.run_id)
