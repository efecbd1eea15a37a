// Records that nothing is left of other vectors.
MATCH (s:GraphMem {key: 'store'})
REMOVE s.uncleaned
