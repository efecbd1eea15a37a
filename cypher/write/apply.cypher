// Makes all changes of one call, in the order: create, revise, retire, relate; then the transcript that they came from.
// Nodes of users, agents, apps, runs and categories that are left without memories go as well, unless others wrote on them or
// linked to them. They are locked before that is asked: an add may just be linking to one.
// Sent twice (a commit whose answer was lost), it makes them once. A revise that is not in `held` was refused: roll back.
// $set: {id, at}: the call and its time
// $creates: [{id, identity, properties, vector, version, users, agents, apps, runs, sources, place}]
// $revises: [{id, replaces, text_changed, properties, vector, version, sources, place}]
// $retires: [{id, version_id}]
// $relates: [{memory_id, owner, entities: [{key, name, type}], relations: [{source, predicate, target, valid_from, valid_to}]}]
// $conversation: {key, caption}
// $messages: [{id, role, name, content, said_at, caption}]
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
CALL () {
  UNWIND $revises AS row
  MATCH (m:Memory {id: row.id})
  SET m.lock = true
  WITH row, m
  MATCH (m)-[current:CURRENT]->(old:Version {id: row.replaces})
  DELETE current
  CREATE (m)-[:CURRENT]->(v:Version)-[:PREVIOUS]->(old)
  SET v = row.version, v.number = old.number + 1, old.recorded_to = $set.at
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
    SET r.retracted_at = $set.at
  }
  RETURN collect(row.id) AS revised, collect(dropped) AS unfiled
}
CALL () {
  UNWIND $retires AS row
  MATCH (m:Memory {id: row.id})
  SET m.lock = true
  WITH row, m
  MATCH (m)-[current:CURRENT]->(old:Version)
  DELETE current
  CREATE (m)-[:CURRENT]->(v:Version)-[:PREVIOUS]->(old)
  SET v = old {.*, id: row.version_id, number: old.number + 1, event: 'DELETE', change_set: $set.id, recorded_from: $set.at,
               updated_at: $set.at, caption: 'deleted: ' + old.caption},
      old.recorded_to = $set.at
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
    SET r.retracted_at = $set.at
  }
  REMOVE m:Memory
  SET m:DeletedMemory
  SET m = {id: row.id, caption: 'deleted', deleted_at: $set.at}
  RETURN collect(row.id) AS retired, collect(around) AS unowned
}
CALL (unfiled, unowned) {
  UNWIND unfiled + unowned AS near
  UNWIND near AS n
  WITH DISTINCT n
  SET n.lock = true
  REMOVE n.lock
  WITH n WHERE NOT (n)--() AND size(labels(n)) = 1 AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
  DELETE n
}
CALL () {
  UNWIND $relates AS row
  MATCH (m:Memory {id: row.memory_id})
  CALL (row, m) {
    UNWIND row.entities AS entity
    MERGE (e:Entity {owner: row.owner, key: entity.key})
    ON CREATE SET e.name = entity.name, e.type = entity.type, e.caption = entity.name
    MERGE (m)-[:MENTIONS]->(e)
  }
  CALL (row) {
    UNWIND row.relations AS edge
    MATCH (from:Entity {owner: row.owner, key: edge.source})
    MATCH (to:Entity {owner: row.owner, key: edge.target})
    CREATE (from)-[r:RELATES_TO]->(to)
    SET r = {predicate: edge.predicate, memory_id: row.memory_id, valid_from: edge.valid_from, valid_to: edge.valid_to,
             recorded_at: $set.at, caption: edge.predicate}
  }
  RETURN count(*) AS related
}
WITH created, revised, retired, [made IN created WHERE made.new | made.given] + revised AS fresh
WITH *, [row IN $creates + $revises WHERE row.id IN fresh] AS told
CALL (told) {
  WITH * WHERE size($messages) > 0 AND size(told) > 0
  MERGE (c:Conversation {key: $conversation.key})
  ON CREATE SET c.caption = $conversation.caption, c.messages = 0
  SET c.lock = true
  WITH c, told
  WITH c, told, c.messages AS before
  SET c.messages = before + size($messages)
  REMOVE c.lock
  WITH c, told, before
  UNWIND range(0, size($messages) - 1) AS n
  CREATE (m:Message)
  SET m = $messages[n], m.change_set = $set.id, m.conversation = c.key, m.position = before + n + 1
  WITH c, told, before, m ORDER BY m.position
  WITH c, told, before, collect(m) AS said
  CALL (said) {
    UNWIND range(1, size(said) - 1) AS n
    WITH said[n - 1] AS one, said[n] AS next
    CREATE (one)-[:NEXT]->(next)
  }
  WITH c, told, before, head(said) AS first, last(said) AS latest
  CALL (c, first) {
    MATCH (c)-[pointer:LATEST]->(previous:Message)
    DELETE pointer
    CREATE (previous)-[:NEXT]->(first)
  }
  CREATE (c)-[:LATEST]->(latest)
  WITH c, told, before
  UNWIND told AS row
  WITH c, before, row WHERE size(row.sources) > 0
  MATCH (m:Memory {id: row.id})-[:CURRENT]->(v:Version)
  SET m.conversation = c.key, m.position = before + row.place + 1
  WITH v, row
  UNWIND row.sources AS source
  MATCH (s:Message {id: source})
  CREATE (v)-[:DERIVED_FROM]->(s)
}
CALL () {
  UNWIND $revises AS row
  MATCH (v:Version {id: row.version.id})
  RETURN collect(row.id) AS held
}
RETURN created, held, retired, COLLECT { MATCH (s:GraphMem {key: 'store'}) RETURN s {.embedder, .dimensions} } AS store
