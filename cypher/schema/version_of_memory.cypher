// Finds all versions of one memory, current or withdrawn.
CREATE INDEX graphmem_own_version_of_memory IF NOT EXISTS FOR (v:GraphmemVersion) ON (v.memory_id)
