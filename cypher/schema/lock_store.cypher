// Locks the store's own node until the transaction ends: another client that locks it has to wait.
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
REMOVE s.lock
RETURN s.schema_version AS schema_version
