// Locks the store's own node until the transaction ends: another client that locks it has to wait.
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
REMOVE s.lock
RETURN s.schema_version AS schema_version, s.embedder AS embedder, s.dimensions AS dimensions, s.vectors AS vectors,
       s.coming_embedder AS coming_embedder, s.coming_dimensions AS coming_dimensions, s.uncleaned AS uncleaned,
       s.bare_labels AS bare_labels, s.labels_left AS labels_left, s.upgraded_from AS upgraded_from
