// The embedder that the store's vectors come from. The transaction that writes vectors reads it, because a reset may just have
// removed it.
RETURN COLLECT { MATCH (s:GraphMem {key: 'store'}) RETURN s {.embedder, .dimensions} } AS store
