// Finds memories by their vectors.
// $options: {indexConfig: {`vector.dimensions`: number of floats, `vector.similarity_function`: 'cosine'}}
CREATE VECTOR INDEX graphmem_memory_embedding IF NOT EXISTS FOR (m:Memory) ON (m.embedding)
OPTIONS $options
