// Finds memories by words. What is not ASCII is found by `indexed`, which `graphmem.model.words` makes of the text.
// `scopes` holds a token for each scope id, so that a search ranks only the memories of one tenant.
CREATE FULLTEXT INDEX graphmem_own_memory_text IF NOT EXISTS FOR (m:GraphmemMemory) ON EACH [m.text, m.indexed, m.scopes]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}
