// The embedder that the store's vectors come from, read by the transaction that writes some: a reset may just have freed it.
RETURN COLLECT { MATCH (s:GraphMem {key: 'store'}) RETURN s {.embedder, .dimensions} } AS store
