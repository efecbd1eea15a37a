// Records that no node carries them any more.
MATCH (s:GraphMem {key: 'store'})
REMOVE s.labels_left
