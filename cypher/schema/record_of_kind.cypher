// Lists the records of one kind, such as all keys.
CREATE INDEX graphmem_record_of_kind IF NOT EXISTS FOR (r:GraphmemRecord) ON (r.kind, r.owner)
