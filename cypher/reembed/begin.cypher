// Begins a change to another embedder.
// $embedder: its name
// $dimensions: floats in a vector
MATCH (s:GraphMem {key: 'store'})
SET s.coming_embedder = $embedder, s.coming_dimensions = $dimensions
