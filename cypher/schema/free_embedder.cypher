// Forgets which embedder the store's vectors come from, unless memories were added since the reset began.
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
FOREACH (_ IN CASE WHEN EXISTS { MATCH (m:Memory) WHERE m.identity IS NOT NULL } THEN [] ELSE [1] END |
  REMOVE s.embedder, s.dimensions)
REMOVE s.lock
RETURN s.embedder AS embedder, s.dimensions AS dimensions
