// Gives the users, agents, apps, runs and categories of an older store graphmem's own labels: those that it made, and that a memory is
// linked to or nothing is. It runs after the memories have theirs.
MATCH (n:User|Agent|App|Run|Category)
WHERE n.caption = CASE WHEN n:Category THEN n.name ELSE n.id END
  AND (EXISTS { (n)-[:HAS_MEMORY]->(:GraphmemMemory) } OR EXISTS { (n)<-[:IN_CATEGORY]-(:GraphmemMemory) }
       OR (NOT (n)--() AND size(labels(n)) = 1 AND size(keys(n)) = 2))
CALL (n) {
  FOREACH (_ IN CASE WHEN n:User THEN [1] ELSE [] END | SET n:GraphmemUser)
  FOREACH (_ IN CASE WHEN n:Agent THEN [1] ELSE [] END | SET n:GraphmemAgent)
  FOREACH (_ IN CASE WHEN n:App THEN [1] ELSE [] END | SET n:GraphmemApp)
  FOREACH (_ IN CASE WHEN n:Run THEN [1] ELSE [] END | SET n:GraphmemRun)
  FOREACH (_ IN CASE WHEN n:Category THEN [1] ELSE [] END | SET n:GraphmemCategory)
} IN TRANSACTIONS OF 1000 ROWS
