// Makes all changes of one call or of several, in the order: create, revise, revive, retire, relate; then the transcripts that
// they came from, of those calls only that made something. No two rows are about one memory, but for creates of the same text.
// Nodes of users, agents, apps, runs and categories that are left without memories go as well, unless others wrote on them or
// linked to them. They are locked before that is asked: an add may just be linking to one.
// Sent twice (a commit whose answer was lost), it makes them once. What replaces a version and is not in `held` was refused: roll back.
// A part that begins with a line `if` is left out where its rows are none, and what it would give is an empty list: a server
// takes a second to plan all of this the first time, and most calls need a third of it.
// Each row has change_set, which names its call, and `at`, the call's time.
// $creates: [{id, identity, properties, vector, version, users, agents, apps, runs, sources: [{id, first, last}]}]
// $revises: [{id, replaces, text_changed, properties, vector, version, sources}]
// $revives: [{id, replaces, properties, vector, version, users, agents, apps, runs}]
// $retires: [{id, version: {id}, replaces, sources}]
// $relates: [{memory_id, owner, entities: [{id, key, name, type}], relations: [{source, predicate, target, valid_from, valid_to}]}]
// $unites: [{one, other, score, by_hand}]
// $separates: [{one, other}]
// $conversations: [{key, caption, messages: [{id, change_set, conversation, role, name, content, digest, read_by, said_at, caption}]}]
// if creates: created
CALL () {
  UNWIND $creates AS row
  MERGE (m:Memory {identity: row.identity})
  ON CREATE SET m += row.properties
  WITH row, m, m.id = row.id AND NOT EXISTS { (m)-[:CURRENT]->() } AS new
  CALL (row, m, new) {
    WITH * WHERE new AND row.vector IS NOT NULL
    CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
  }
  CALL (row, m, new) {
    WITH * WHERE new
    CREATE (m)-[:CURRENT]->(v:Version)
    SET v = row.version
    FOREACH (id IN row.users | MERGE (s:User {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
    FOREACH (id IN row.agents | MERGE (s:Agent {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
    FOREACH (id IN row.apps | MERGE (s:App {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
    FOREACH (id IN row.runs | MERGE (s:Run {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
    FOREACH (name IN row.properties.categories |
      MERGE (c:Category {name: name}) ON CREATE SET c.caption = name MERGE (m)-[:IN_CATEGORY]->(c))
  }
  RETURN collect({given: row.id, stored: m.id, new: new}) AS created
}
// if revises: revised, unfiled
CALL () {
  UNWIND $revises AS row
  MATCH (m:Memory {id: row.id})
  SET m.lock = true
  WITH row, m
  MATCH (m)-[current:CURRENT]->(old:Version {id: row.replaces})
  DELETE current
  CREATE (m)-[:CURRENT]->(v:Version)-[:PREVIOUS]->(old)
  SET v = row.version, v.number = old.number + 1, old.recorded_to = row.at, old.embedding = m.embedding,
      v.conversation = m.conversation, v.position = m.position
  WITH row, m, v, old
  CALL (row, v, old) {
    WITH * WHERE NOT row.text_changed
    MATCH (old)-[:NAMES]->(e:Entity)
    CREATE (v)-[:NAMES]->(e)
  }
  WITH row, m, m.embedding AS embedding, m.conversation AS conversation, m.position AS position
  SET m = row.properties
  SET m.embedding = CASE WHEN row.text_changed THEN null ELSE embedding END, m.conversation = conversation, m.position = position
  WITH row, m
  CALL (row, m) {
    WITH * WHERE row.text_changed AND row.vector IS NOT NULL
    CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
  }
  CALL (row, m) {
    OPTIONAL MATCH (m)-[filed:IN_CATEGORY]->(c:Category)
    WHERE NOT c.name IN row.properties.categories
    DELETE filed
    RETURN collect(c) AS dropped
  }
  FOREACH (name IN row.properties.categories |
    MERGE (c:Category {name: name}) ON CREATE SET c.caption = name MERGE (m)-[:IN_CATEGORY]->(c))
  WITH row, m, dropped
  CALL (row, m) {
    WITH * WHERE row.text_changed
    OPTIONAL MATCH (m)-[mention:MENTIONS]->(:Entity)
    DELETE mention
  }
  CALL (row) {
    WITH * WHERE row.text_changed
    MATCH (:Entity)-[r:RELATES_TO]->(:Entity)
    WHERE r.memory_id = row.id AND r.retracted_at IS NULL
    SET r.retracted_at = row.at
  }
  RETURN collect(row.id) AS revised, collect(dropped) AS unfiled
}
// if revives: revived
CALL () {
  UNWIND $revives AS row
  MATCH (m:DeletedMemory {id: row.id})
  SET m.lock = true
  WITH row, m
  MATCH (m)-[current:CURRENT]->(old:Version {id: row.replaces})
  DELETE current
  CREATE (m)-[:CURRENT]->(v:Version)-[:PREVIOUS]->(old)
  SET v = row.version, v.number = old.number + 1, old.recorded_to = row.at, v.conversation = old.conversation, v.position = old.position
  REMOVE m:DeletedMemory
  SET m = row.properties, m.conversation = old.conversation, m.position = old.position
  SET m:Memory
  WITH row, m
  CALL (row, m) {
    WITH * WHERE row.vector IS NOT NULL
    CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
  }
  FOREACH (id IN row.users | MERGE (s:User {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
  FOREACH (id IN row.agents | MERGE (s:Agent {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
  FOREACH (id IN row.apps | MERGE (s:App {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
  FOREACH (id IN row.runs | MERGE (s:Run {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
  FOREACH (name IN row.properties.categories |
    MERGE (c:Category {name: name}) ON CREATE SET c.caption = name MERGE (m)-[:IN_CATEGORY]->(c))
  RETURN collect(row.id) AS revived
}
// if retires: retired, unowned
CALL () {
  UNWIND $retires AS row
  MATCH (m:Memory {id: row.id})
  SET m.lock = true
  WITH row, m
  MATCH (m)-[current:CURRENT]->(old:Version)
  WHERE row.replaces IS NULL OR old.id = row.replaces
  DELETE current
  CREATE (m)-[:CURRENT]->(v:Version)-[:PREVIOUS]->(old)
  SET v = old {.*, id: row.version.id, number: old.number + 1, event: 'DELETE', change_set: row.change_set, recorded_from: row.at,
               updated_at: row.at, caption: 'deleted: ' + old.caption},
      old.recorded_to = row.at, old.embedding = m.embedding
  WITH row, m
  CALL (m) {
    OPTIONAL MATCH (m)-[link:HAS_MEMORY|IN_CATEGORY]-(near)
    DELETE link
    RETURN collect(near) AS around
  }
  CALL (m) {
    OPTIONAL MATCH (m)-[link:MENTIONS]->()
    DELETE link
  }
  CALL (row) {
    MATCH (:Entity)-[r:RELATES_TO]->(:Entity)
    WHERE r.memory_id = row.id AND r.retracted_at IS NULL
    SET r.retracted_at = row.at
  }
  REMOVE m:Memory
  SET m:DeletedMemory
  SET m = {id: row.id, caption: 'deleted', deleted_at: row.at}
  RETURN collect(row.id) AS retired, collect(around) AS unowned
}
// if revises or retires:
CALL (unfiled, unowned) {
  UNWIND unfiled + unowned AS near
  UNWIND near AS n
  WITH DISTINCT n
  SET n.lock = true
  REMOVE n.lock
  WITH n WHERE NOT (n)--() AND size(labels(n)) = 1 AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
  DELETE n
}
// if relates:
CALL () {
  UNWIND $relates AS row
  MATCH (m:Memory {id: row.memory_id})
  MATCH (m)-[:CURRENT]->(v:Version)
  CALL (row, m, v) {
    UNWIND row.entities AS entity
    MERGE (e:Entity {id: entity.id})
    ON CREATE SET e.owner = row.owner, e.key = entity.key, e.name = entity.name, e.type = entity.type, e.caption = entity.name,
                  e.aliases = []
    ON MATCH SET e.aliases = CASE WHEN entity.name = e.name OR entity.name IN e.aliases OR size(e.aliases) >= 20 THEN e.aliases
                                  ELSE e.aliases + entity.name END
    MERGE (m)-[:MENTIONS]->(e)
    MERGE (v)-[:NAMES]->(e)
  }
  CALL (row) {
    UNWIND row.relations AS edge
    MATCH (from:Entity {id: edge.source})
    MATCH (to:Entity {id: edge.target})
    CREATE (from)-[r:RELATES_TO]->(to)
    SET r = {predicate: edge.predicate, memory_id: row.memory_id, valid_from: edge.valid_from, valid_to: edge.valid_to,
             recorded_at: row.at, caption: edge.predicate}
  }
  RETURN count(*) AS related
}
// if unites:
CALL () {
  UNWIND $unites AS row
  MATCH (one:Entity {id: row.one}), (other:Entity {id: row.other})
  WHERE one.owner = other.owner
  MERGE (one)-[same:SAME_AS]->(other)
  ON CREATE SET same.score = row.score, same.recorded_at = row.at, same.caption = 'same as'
  SET same.retracted_at = CASE WHEN row.by_hand THEN null ELSE same.retracted_at END
  RETURN count(*) AS united
}
// if separates:
CALL () {
  UNWIND $separates AS row
  MATCH (one:Entity {id: row.one}), (other:Entity {id: row.other})
  WHERE one.owner = other.owner
  MERGE (one)-[same:SAME_AS]->(other)
  ON CREATE SET same.score = 0.0, same.recorded_at = row.at, same.caption = 'same as'
  SET same.retracted_at = row.at
  RETURN count(*) AS separated
}
// if conversations:
WITH *, [made IN created WHERE made.new | made.given] + revised + retired AS fresh
WITH *, [row IN $creates + $revises + $retires WHERE row.id IN fresh] AS told
CALL (told) {
  UNWIND told AS row
  WITH collect(DISTINCT row.change_set) AS telling
  UNWIND $conversations AS conversation
  WITH conversation, [message IN conversation.messages WHERE message.change_set IN telling] AS said
  WHERE size(said) > 0
  MERGE (c:Conversation {key: conversation.key})
  ON CREATE SET c.caption = conversation.caption, c.messages = 0
  SET c.lock = true
  WITH c, said
  WITH c, said, c.messages AS before
  SET c.messages = before + size(said)
  REMOVE c.lock
  WITH c, said, before
  CALL (said, before) {
    UNWIND range(0, size(said) - 1) AS n
    CREATE (m:Message)
    SET m = said[n], m.position = before + n + 1
    WITH m ORDER BY m.position
    RETURN collect(m) AS made
  }
  CALL (made) {
    UNWIND range(1, size(made) - 1) AS n
    WITH made[n - 1] AS one, made[n] AS next
    CREATE (one)-[:NEXT]->(next)
  }
  WITH c, head(made) AS first, last(made) AS latest
  CALL (c, first) {
    MATCH (c)-[pointer:LATEST]->(previous:Message)
    DELETE pointer
    CREATE (previous)-[:NEXT]->(first)
  }
  CREATE (c)-[:LATEST]->(latest)
}
CALL (told) {
  UNWIND told AS row
  WITH row WHERE size(row.sources) > 0
  MATCH (v:Version {id: row.version.id})<-[:CURRENT]-(m)
  MATCH (first:Message {id: row.sources[0].id})
  SET v.conversation = first.conversation, v.position = first.position
  FOREACH (_ IN CASE WHEN m:Memory THEN [1] ELSE [] END | SET m.conversation = v.conversation, m.position = v.position)
  WITH v, row
  UNWIND row.sources AS source
  MATCH (s:Message {id: source.id})
  CREATE (v)-[:DERIVED_FROM {first: source.first, last: source.last}]->(s)
}
// if revises or revives or retires: held
CALL () {
  UNWIND $revises + $revives + [row IN $retires WHERE row.replaces IS NOT NULL] AS row
  MATCH (v:Version {id: row.version.id})
  RETURN collect(row.id) AS held
}
// always:
RETURN created, held, retired, COLLECT { MATCH (s:GraphMem {key: 'store'}) RETURN s {.embedder, .dimensions} } AS store
