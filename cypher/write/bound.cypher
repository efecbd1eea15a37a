// The embedder that the store's vectors come from, read by the transaction that writes some: a reset may just have freed it.
// While the store changes to another embedder, writers wait here for each other and for the change, so that it misses nothing.
OPTIONAL MATCH (s:GraphMem {key: 'store'})
FOREACH (each IN CASE WHEN s.coming_embedder IS NULL THEN [] ELSE [s] END |
  SET each.lock = true
  REMOVE each.lock)
WITH s
RETURN collect(s {.embedder, .dimensions, .vectors, .bare_labels}) AS store
