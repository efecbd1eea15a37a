// Finds the versions that one call wrote.
CREATE INDEX graphmem_version_of_change_set IF NOT EXISTS FOR (v:Version) ON (v.change_set)
