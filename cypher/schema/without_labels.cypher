// Records that nodes carry these plain labels no more, because other programs use them, and that they are to be taken off.
// $labels: plain labels
MATCH (s:GraphMem {key: 'store'})
SET s.lock = true
WITH s
SET s.bare_labels = coalesce(s.bare_labels, []) + [label IN $labels WHERE NOT label IN coalesce(s.bare_labels, [])], s.labels_left = true
REMOVE s.lock
RETURN s.bare_labels AS bare_labels
