// Empties the store, step 7: users, agents, apps, runs and categories, unless others wrote on them or linked to them.
// They are locked before that is asked again: an add may just be linking to one.
MATCH (n:User|Agent|App|Run|Category)
WHERE NOT (n)--() AND size(labels(n)) = 1 AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
CALL (n) {
  SET n.lock = true
  REMOVE n.lock
  WITH n WHERE NOT (n)--()
  DELETE n
} IN TRANSACTIONS OF 1000 ROWS
