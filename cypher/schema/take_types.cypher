// Deletes the twins of these types.
// $types: types of the list
MATCH (:GraphmemEntity)-[twin:FORMERLY /*twins*/]->(:GraphmemEntity)
WHERE twin.memory_id IS NOT NULL AND type(twin) IN $types
CALL (twin) {
  DELETE twin
} IN TRANSACTIONS OF 1000 ROWS
