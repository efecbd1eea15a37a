// Ends a change to another embedder that was begun; what it made is to be cleaned up.
MATCH (s:GraphMem {key: 'store'})
SET s.uncleaned = true
REMOVE s.coming_embedder, s.coming_dimensions
