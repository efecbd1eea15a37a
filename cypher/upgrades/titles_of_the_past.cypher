// A relation that was retracted says so.
MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
WHERE r.retracted_at IS NOT NULL AND r.caption = r.predicate
CALL (r) {
  SET r.caption = 'was: ' + r.predicate
} IN TRANSACTIONS OF 1000 ROWS
