// Forgets which embedder the store's vectors come from, unless memories were added since the reset began.
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
FOREACH (_ IN CASE WHEN EXISTS { MATCH (m:GraphmemMemory) WHERE m.identity IS NOT NULL } THEN [] ELSE [1] END |
  SET s.vectors = 'embedding'
  REMOVE s.embedder, s.dimensions, s.uncleaned)
SET s.uncleaned = CASE WHEN s.coming_embedder IS NULL THEN s.uncleaned ELSE true END
REMOVE s.lock, s.coming_embedder, s.coming_dimensions
RETURN s.embedder AS embedder, s.dimensions AS dimensions, s.vectors AS vectors
