// Finds messages by words. `scopes` holds a token for each scope id, so that a search ranks only the messages of one tenant.
CREATE FULLTEXT INDEX graphmem_own_said_text IF NOT EXISTS FOR (m:GraphmemSaidMessage) ON EACH [m.content, m.scopes]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}
