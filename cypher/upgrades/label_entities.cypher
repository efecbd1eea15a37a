// Gives the entities of an older store graphmem's own label.
MATCH (e:Entity)
WHERE e.owner IS NOT NULL AND e.key IS NOT NULL AND e.name IS NOT NULL AND e.type IS NOT NULL AND e.caption IS NOT NULL
CALL (e) {
  SET e:GraphmemEntity
} IN TRANSACTIONS OF 1000 ROWS
