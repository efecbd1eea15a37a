// The store's own record; no row if graphmem has never used the database.
MATCH (s:GraphMem {key: 'store'})
RETURN s.id AS id, s.schema_version AS schema_version, s.embedder AS embedder, s.dimensions AS dimensions, s.vectors AS vectors,
       s.coming_embedder AS coming_embedder, s.coming_dimensions AS coming_dimensions, s.uncleaned AS uncleaned,
       s.bare_labels AS bare_labels, s.labels_left AS labels_left, s.upgraded_from AS upgraded_from
