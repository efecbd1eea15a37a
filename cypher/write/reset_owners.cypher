// Deletes users, agents, apps, runs and categories that hold nothing but what graphmem wrote and are linked to nothing, in batches.
// Not for a transaction of one's own.
MATCH (n:User|Agent|App|Run|Category)
WHERE size(labels(n)) = 1 AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name) AND NOT (n)--()
CALL (n) {
  DELETE n
} IN TRANSACTIONS OF 1000 ROWS
RETURN count(*) AS deleted
