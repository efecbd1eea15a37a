// Finds the versions of one user's memories, for questions about the past.
CREATE INDEX graphmem_own_version_of_user IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.user_id)
