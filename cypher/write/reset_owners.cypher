// Step 7 of a reset: deletes users, agents, apps, runs and categories, unless another program changed them or linked to them.
// They are locked and then checked again, because an add may be linking to one at this moment.
MATCH (n:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun|GraphmemCategory)
WHERE NOT (n)--() AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
  AND all(label IN labels(n) WHERE label IN ['GraphmemUser', 'GraphmemAgent', 'GraphmemApp', 'GraphmemRun', 'GraphmemCategory', 'User', 'Agent', 'App', 'Run', 'Category'])
CALL (n) {
  SET n.lock = true
  REMOVE n.lock
  WITH n WHERE NOT (n)--()
  DELETE n
} IN TRANSACTIONS OF 1000 ROWS
