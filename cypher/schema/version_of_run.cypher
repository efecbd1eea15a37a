// What was known of one run at some time.
CREATE INDEX graphmem_version_of_run IF NOT EXISTS FOR (v:Version) ON (v.run_id)
