// Full text of memories; `scopes` holds a token for each scope id, so that a search ranks within a tenant only.
CREATE FULLTEXT INDEX graphmem_memory_text IF NOT EXISTS FOR (m:Memory) ON EACH [m.text, m.scopes]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}
