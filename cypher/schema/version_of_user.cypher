// Finds the versions of one user's memories, for questions about the past.
CREATE INDEX graphmem_version_of_user IF NOT EXISTS FOR (v:Version) ON (v.user_id)
