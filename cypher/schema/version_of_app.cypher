// What was known of one app at some time.
CREATE INDEX graphmem_version_of_app IF NOT EXISTS FOR (v:Version) ON (v.app_id)
