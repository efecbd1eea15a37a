// Forgets whose vectors the store held.
MATCH (s:GraphMem {key: 'store'})
REMOVE s.embedder, s.dimensions
RETURN s.id AS id
