// Records which property of memories and versions holds their vectors.
MATCH (s:GraphMem {key: 'store'})
SET s.vectors = coalesce(s.vectors, 'embedding')
