// Whether there is an open event of a kind: asked often, and locks nothing.
// $kind: such as add
MATCH (e:GraphmemOpenEvent {kind: $kind})
RETURN 1 AS open
LIMIT 1
