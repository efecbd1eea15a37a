// Finds the versions that one call wrote.
CREATE INDEX graphmem_own_version_of_change_set IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.change_set)
