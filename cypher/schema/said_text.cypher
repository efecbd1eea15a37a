// Finds messages by words. `scopes` holds a token for each scope id, so that a search ranks only the messages of one tenant.
CREATE FULLTEXT INDEX graphmem_said_text IF NOT EXISTS FOR (m:SaidMessage) ON EACH [m.content, m.scopes]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'english'}}
