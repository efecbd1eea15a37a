// Finds memories by their vectors.
// $options: {indexConfig: {`vector.dimensions`: number of floats, `vector.similarity_function`: 'cosine'}}
CREATE VECTOR INDEX graphmem_own_memory_embedding IF NOT EXISTS FOR (m:GraphmemMemory) ON (m.embedding)
OPTIONS $options
