// Gives what stands for deleted memories graphmem's own label.
MATCH (d:DeletedMemory)
WHERE d.id IS NOT NULL AND d.deleted_at IS NOT NULL AND d.caption IS NOT NULL
CALL (d) {
  SET d:GraphmemDeletedMemory
} IN TRANSACTIONS OF 1000 ROWS
