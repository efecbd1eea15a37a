"""The tables of the embedded store. Times are microseconds since the epoch, vectors are little-endian float32."""

from __future__ import annotations

# "gmem", in the header of the file (PRAGMA application_id): distinguishes our files from those of other programs.
APPLICATION_ID = 0x676D656D

# Tables with references come before those that they refer to.
TABLES = (
    "said", "said_vector", "reembedded", "version_source", "version_entity", "mention", "same_as", "relation", "entity",
    "memory_category", "memory_metadata", "memory_stems", "memory", "version", "message", "vector",
)  # fmt: skip

_STATE = """
    text TEXT NOT NULL,
    user_id TEXT, agent_id TEXT, app_id TEXT, run_id TEXT,
    metadata TEXT NOT NULL,
    categories TEXT NOT NULL,
    immutable INTEGER NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    vector INTEGER REFERENCES vector"""

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE vector (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);

-- What is true now. A withdrawn memory has no row here; its versions stay.
CREATE TABLE memory (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    version_id TEXT NOT NULL,
    conversation TEXT,
    position INTEGER,
    scopes TEXT NOT NULL,{_STATE}
);
CREATE INDEX memory_of_user ON memory (user_id, created_at DESC, id) WHERE user_id IS NOT NULL;
CREATE INDEX memory_of_agent ON memory (agent_id, created_at DESC, id) WHERE agent_id IS NOT NULL;
CREATE INDEX memory_of_app ON memory (app_id, created_at DESC, id) WHERE app_id IS NOT NULL;
CREATE INDEX memory_of_run ON memory (run_id, created_at DESC, id) WHERE run_id IS NOT NULL;
CREATE INDEX memory_by_age ON memory (created_at DESC, id);
CREATE INDEX memory_in_conversation ON memory (conversation, position) WHERE conversation IS NOT NULL;

CREATE TABLE memory_category (
    memory INTEGER NOT NULL REFERENCES memory ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (memory, name)
) WITHOUT ROWID;
CREATE INDEX category_memory ON memory_category (name, memory);

CREATE TABLE memory_metadata (
    memory INTEGER NOT NULL REFERENCES memory ON DELETE CASCADE,
    path TEXT NOT NULL,
    item INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value NOT NULL,
    PRIMARY KEY (memory, path, item)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE memory_text USING fts5(
    scopes, text, content='memory', content_rowid='seq', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER memory_added AFTER INSERT ON memory BEGIN
    INSERT INTO memory_text (rowid, scopes, text) VALUES (new.seq, new.scopes, new.text);
END;
CREATE TRIGGER memory_removed AFTER DELETE ON memory BEGIN
    INSERT INTO memory_text (memory_text, rowid, scopes, text) VALUES ('delete', old.seq, old.scopes, old.text);
END;
CREATE TRIGGER memory_changed AFTER UPDATE OF text, scopes ON memory BEGIN
    INSERT INTO memory_text (memory_text, rowid, scopes, text) VALUES ('delete', old.seq, old.scopes, old.text);
    INSERT INTO memory_text (rowid, scopes, text) VALUES (new.seq, new.scopes, new.text);
END;

-- A chain a memory: number counts from 1 and can't fork.
CREATE TABLE version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    memory_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    change_set TEXT NOT NULL,
    recorded_from INTEGER NOT NULL,
    recorded_to INTEGER,
    conversation TEXT,
    position INTEGER,{_STATE},
    UNIQUE (memory_id, number)
);
CREATE INDEX version_of_change_set ON version (change_set);
CREATE INDEX version_of_user ON version (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX version_of_agent ON version (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX version_of_app ON version (app_id) WHERE app_id IS NOT NULL;
CREATE INDEX version_of_run ON version (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    change_set TEXT NOT NULL,
    conversation TEXT NOT NULL,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT,
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    read_by TEXT,
    UNIQUE (conversation, position)
);
CREATE INDEX message_of_conversation ON message (conversation, digest);
CREATE INDEX message_of_change_set ON message (change_set, position);

CREATE TABLE version_source (
    version INTEGER NOT NULL REFERENCES version ON DELETE CASCADE,
    message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    first INTEGER,
    last INTEGER,
    PRIMARY KEY (version, message)
) WITHOUT ROWID;
CREATE INDEX source_version ON version_source (message, version);

CREATE TABLE entity (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    aliases TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX entity_by_key ON entity (key);
CREATE INDEX entity_of_owner ON entity (owner, key);

-- Two entities that count as one, until retracted_at; then they are kept apart.
CREATE TABLE same_as (
    one INTEGER NOT NULL REFERENCES entity ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES entity ON DELETE CASCADE,
    score REAL NOT NULL,
    recorded_at INTEGER NOT NULL,
    retracted_at INTEGER,
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE INDEX same_as_other ON same_as (other);

-- Which entities a version named; `mention` is that of the current one.
CREATE TABLE version_entity (
    version INTEGER NOT NULL REFERENCES version ON DELETE CASCADE,
    entity INTEGER NOT NULL REFERENCES entity,
    PRIMARY KEY (version, entity)
) WITHOUT ROWID;
CREATE INDEX version_entity_of ON version_entity (entity, version);

CREATE TABLE mention (
    memory INTEGER NOT NULL REFERENCES memory ON DELETE CASCADE,
    entity INTEGER NOT NULL REFERENCES entity,
    PRIMARY KEY (memory, entity)
) WITHOUT ROWID;
CREATE INDEX mention_of_entity ON mention (entity, memory);

CREATE TABLE relation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES entity,
    predicate TEXT NOT NULL,
    target INTEGER NOT NULL REFERENCES entity,
    memory_id TEXT NOT NULL,
    valid_from INTEGER,
    valid_to INTEGER,
    recorded_at INTEGER NOT NULL,
    retracted_at INTEGER
);
CREATE INDEX relation_of_memory ON relation (memory_id);
CREATE INDEX relation_from ON relation (source, target);
CREATE INDEX relation_to ON relation (target, source);
"""

# Listings, counts and searches of a scope read its index and not its rows, which carry texts; a value leads to its memories.
LARGE_SCOPES = """
DROP INDEX memory_of_user;
DROP INDEX memory_of_agent;
DROP INDEX memory_of_app;
DROP INDEX memory_of_run;
DROP INDEX memory_by_age;
CREATE INDEX memory_of_user ON memory (user_id, created_at DESC, id, expires_at, vector) WHERE user_id IS NOT NULL;
CREATE INDEX memory_of_agent ON memory (agent_id, created_at DESC, id, expires_at, vector) WHERE agent_id IS NOT NULL;
CREATE INDEX memory_of_app ON memory (app_id, created_at DESC, id, expires_at, vector) WHERE app_id IS NOT NULL;
CREATE INDEX memory_of_run ON memory (run_id, created_at DESC, id, expires_at, vector) WHERE run_id IS NOT NULL;
CREATE INDEX memory_by_age ON memory (created_at DESC, id, expires_at, vector);
CREATE INDEX metadata_memory ON memory_metadata (path, kind, value, memory);
"""

# Messages that searches find, and by what. `vector` is NULL until it was made, 0 where the content has no meaning to embed; `coming`
# is that of the coming embedder. Vectors stand apart from those of memories, which are read as ranges of numbers.
MESSAGES = """
CREATE TABLE said_vector (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
CREATE TABLE said (
    message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
    user_id TEXT, agent_id TEXT, app_id TEXT, run_id TEXT,
    scopes TEXT NOT NULL,
    stems TEXT NOT NULL,
    vector INTEGER,
    coming INTEGER
);
CREATE INDEX said_of_user ON said (user_id, vector) WHERE user_id IS NOT NULL;
CREATE INDEX said_of_agent ON said (agent_id, vector) WHERE agent_id IS NOT NULL;
CREATE INDEX said_of_app ON said (app_id, vector) WHERE app_id IS NOT NULL;
CREATE INDEX said_of_run ON said (run_id, vector) WHERE run_id IS NOT NULL;
CREATE INDEX said_unembedded ON said (message) WHERE vector IS NULL;
-- A left join: what asks for the columns of one table only does not read the other.
CREATE VIEW findable AS SELECT s.message AS seq, s.user_id, s.agent_id, s.app_id, s.run_id, s.stems, s.vector, x.id, x.content AS text,
    x.said_at AS created_at, x.conversation, x.position, x.role, x.name FROM said s LEFT JOIN message x ON x.seq = s.message;

CREATE VIRTUAL TABLE said_text USING fts5(scopes, text, content='', tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER said_added AFTER INSERT ON said BEGIN
    INSERT INTO said_text (rowid, scopes, text) SELECT seq, new.scopes, content FROM message WHERE seq = new.message;
END;
-- Before the message is gone, and its text with it.
CREATE TRIGGER said_removed BEFORE DELETE ON message BEGIN
    INSERT INTO said_text (said_text, rowid, scopes, text)
        SELECT 'delete', s.message, s.scopes, old.content FROM said s WHERE s.message = old.seq;
    DELETE FROM said_vector WHERE id IN
        (SELECT vector FROM said WHERE message = old.seq UNION SELECT coming FROM said WHERE message = old.seq);
END;
"""

# What full-text indexes hold of a text whose words are not all ASCII; NULL: they hold it as it stands.
EVERY_SCRIPT = """
ALTER TABLE memory ADD COLUMN indexed TEXT;
ALTER TABLE said ADD COLUMN indexed TEXT;

DROP TRIGGER memory_added;
DROP TRIGGER memory_removed;
DROP TRIGGER memory_changed;
CREATE TRIGGER memory_added AFTER INSERT ON memory BEGIN
    INSERT INTO memory_text (rowid, scopes, text) VALUES (new.seq, new.scopes, coalesce(new.indexed, new.text));
END;
CREATE TRIGGER memory_removed AFTER DELETE ON memory BEGIN
    INSERT INTO memory_text (memory_text, rowid, scopes, text) VALUES ('delete', old.seq, old.scopes, coalesce(old.indexed, old.text));
END;
CREATE TRIGGER memory_changed AFTER UPDATE OF text, indexed, scopes ON memory BEGIN
    INSERT INTO memory_text (memory_text, rowid, scopes, text) VALUES ('delete', old.seq, old.scopes, coalesce(old.indexed, old.text));
    INSERT INTO memory_text (rowid, scopes, text) VALUES (new.seq, new.scopes, coalesce(new.indexed, new.text));
END;

DROP TRIGGER said_added;
DROP TRIGGER said_removed;
CREATE TRIGGER said_added AFTER INSERT ON said BEGIN
    INSERT INTO said_text (rowid, scopes, text)
        SELECT seq, new.scopes, coalesce(new.indexed, content) FROM message WHERE seq = new.message;
END;
CREATE TRIGGER said_changed AFTER UPDATE OF indexed, scopes ON said BEGIN
    INSERT INTO said_text (said_text, rowid, scopes, text)
        SELECT 'delete', seq, old.scopes, coalesce(old.indexed, content) FROM message WHERE seq = old.message;
    INSERT INTO said_text (rowid, scopes, text)
        SELECT seq, new.scopes, coalesce(new.indexed, content) FROM message WHERE seq = new.message;
END;
-- Before the message is gone, and its text with it.
CREATE TRIGGER said_removed BEFORE DELETE ON message BEGIN
    INSERT INTO said_text (said_text, rowid, scopes, text)
        SELECT 'delete', s.message, s.scopes, coalesce(s.indexed, old.content) FROM said s WHERE s.message = old.seq;
    DELETE FROM said_vector WHERE id IN
        (SELECT vector FROM said WHERE message = old.seq UNION SELECT coming FROM said WHERE message = old.seq);
END;
"""

# What follows the last space of a key: all but its own letters is cut off at the right, and that much at the left.
LAST_WORD = "substr(key, length(rtrim(key, replace(key, ' ', ''))) + 1)"
ENDINGS = f"""
-- Entities with longer or shorter names that may mean the same: "book fair" and "town book fair".
CREATE INDEX entity_by_ending ON entity (owner, {LAST_WORD}, key, type);
"""

# When what memories tell happened: days in ISO form, which sort in the order of time.
EVENTS = """
ALTER TABLE memory ADD COLUMN event_start TEXT;
ALTER TABLE memory ADD COLUMN event_end TEXT;
ALTER TABLE version ADD COLUMN event_start TEXT;
ALTER TABLE version ADD COLUMN event_end TEXT;
CREATE INDEX memory_by_event ON memory (event_start, event_end) WHERE event_start IS NOT NULL;
"""

# The vectors of the coming embedder, see reembed.py. The indexes are for the foreign keys: without them, SQLite looks through
# all memories and versions for each vector that is deleted.
REEMBEDDING = """
CREATE TABLE reembedded (
    version INTEGER PRIMARY KEY REFERENCES version ON DELETE CASCADE,
    vector INTEGER REFERENCES vector
);
CREATE INDEX reembedded_vector ON reembedded (vector) WHERE vector IS NOT NULL;
CREATE INDEX memory_vector ON memory (vector) WHERE vector IS NOT NULL;
CREATE INDEX version_vector ON version (vector) WHERE vector IS NOT NULL;
"""

# What a server keeps, see served.py. The open events of a lane are done in the order of `seq`.
SERVED = """
CREATE TABLE record (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    lane TEXT NOT NULL,
    user_id TEXT, agent_id TEXT, app_id TEXT, run_id TEXT,
    status TEXT NOT NULL,
    request TEXT,
    results TEXT,
    error TEXT,
    worker TEXT,
    until INTEGER,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
);
CREATE INDEX event_open ON event (kind, lane, seq) WHERE ended_at IS NULL;
CREATE INDEX event_of_worker ON event (worker) WHERE worker IS NOT NULL;
CREATE INDEX event_ended ON event (ended_at) WHERE ended_at IS NOT NULL;
"""
