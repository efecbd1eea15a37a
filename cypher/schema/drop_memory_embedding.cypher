// Drops the vector index: vectors of another embedder may have another size.
DROP INDEX graphmem_own_memory_embedding IF EXISTS
