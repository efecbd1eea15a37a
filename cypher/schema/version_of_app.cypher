// Finds the versions of one app's memories, for questions about the past.
CREATE INDEX graphmem_own_version_of_app IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.app_id)
