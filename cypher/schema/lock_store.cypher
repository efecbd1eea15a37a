// Keeps others from locking the store until the transaction ends.
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
REMOVE s.lock
RETURN s.schema_version AS schema_version
