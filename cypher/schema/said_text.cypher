// Finds messages by words. What is not ASCII is found by `indexed`, which `graphmem.model.words` makes of the content.
// `scopes` holds a token for each scope id, so that a search ranks only the messages of one tenant.
CREATE FULLTEXT INDEX graphmem_own_said_text IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON EACH [m.content, m.indexed, m.scopes]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}
