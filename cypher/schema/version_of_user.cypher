// What was known of one user at some time.
CREATE INDEX graphmem_version_of_user IF NOT EXISTS FOR (v:Version) ON (v.user_id)
