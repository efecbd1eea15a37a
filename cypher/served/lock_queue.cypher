// Locks the queue until the transaction ends.
MERGE (q:GraphmemQueue {key: 'queue'})
ON CREATE SET q.name = 'queue', q.seq = 0
SET q.lock = true
REMOVE q.lock
