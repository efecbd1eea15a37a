// The embedder that the store's vectors come from, and the property that holds them.
RETURN COLLECT { MATCH (s:GraphMem {key: 'store'}) RETURN s {.embedder, .dimensions, .vectors, .bare_labels} } AS store
