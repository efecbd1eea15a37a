// Takes the index of vectors away: those of another embedder may have another size.
DROP INDEX graphmem_memory_embedding IF EXISTS
