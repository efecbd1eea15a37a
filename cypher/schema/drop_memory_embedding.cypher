// Drops the vector index: vectors of another embedder may have another size.
DROP INDEX graphmem_memory_embedding IF EXISTS
