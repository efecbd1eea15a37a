// Changes to the new vectors: from now on they are the store's. The old ones are to be cleaned up.
MATCH (s:GraphMem {key: 'store'})
SET s.embedder = s.coming_embedder, s.dimensions = s.coming_dimensions, s.vectors = 'embedding_2', s.uncleaned = true
REMOVE s.coming_embedder, s.coming_dimensions
