// Accepts all of these events, in this order, or none if there is no room.
// $rows: a map for each event
// $most: how many events that have not ended there may be afterwards
MERGE (q:GraphmemQueue {key: 'queue'})
ON CREATE SET q.name = 'queue', q.seq = 0
SET q.lock = true
REMOVE q.lock
WITH q
CALL () {
  MATCH (e:GraphmemOpenEvent)
  RETURN count(e) AS open
}
WITH q, open WHERE open + size($rows) <= $most
WITH q, q.seq AS last
SET q.seq = last + size($rows)
WITH last
UNWIND range(1, size($rows)) AS place
WITH last + place AS seq, $rows[place - 1] AS row
CREATE (e:GraphmemEvent:GraphmemOpenEvent)
SET e = row, e.seq = seq, e.status = 'PENDING', e.attempts = 0, e.name = row.kind
RETURN count(*) AS accepted
