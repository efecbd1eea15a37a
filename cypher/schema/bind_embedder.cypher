// Records which embedder the store's vectors come from, and returns it. The first client that records one wins.
// $embedder: name of the model
// $dimensions: number of floats in a vector
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
SET s.embedder = coalesce(s.embedder, $embedder), s.dimensions = coalesce(s.dimensions, $dimensions)
REMOVE s.lock
RETURN s.embedder AS embedder, s.dimensions AS dimensions, s.vectors AS vectors
