// Finds all versions of one memory, current or withdrawn.
CREATE INDEX graphmem_version_of_memory IF NOT EXISTS FOR (v:Version) ON (v.memory_id)
