// Gives the memories of an older store graphmem's own label. A node without the properties that graphmem writes belongs to another program.
MATCH (m:Memory)
WHERE m.id IS NOT NULL AND m.identity IS NOT NULL AND m.version_id IS NOT NULL AND m.scopes IS NOT NULL
CALL (m) {
  SET m:GraphmemMemory
} IN TRANSACTIONS OF 1000 ROWS
