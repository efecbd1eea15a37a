// Gives memories a new version, if their current version is still the one to be replaced. If the text changes, the old vector goes,
// and `relate` writes the new entities and relations; the old ones stay if the text keeps them or did not change.
// $revises: [{id, replaces, at, text_changed, keeps, ended, forgotten, properties, vector, version}]; replaces: id of the version to be
// replaced; ended: relations that go all the same, as [key of source, predicate, key of target]; forgotten: likewise keys of entities
UNWIND $revises AS row
MATCH (m:GraphmemMemory {id: row.id})
// Locked before the current version is read, because another writer may be replacing it.
SET m.lock = true
WITH row, m
MATCH (m)-[current:CURRENT]->(old:GraphmemVersion {id: row.replaces})
DELETE current
CREATE (m)-[:CURRENT]->(v:GraphmemVersion:Version)-[:PREVIOUS]->(old)
WITH row, m, v, old, CASE WHEN old.recorded_from > row.at THEN old.recorded_from ELSE row.at END AS at
SET v = row.version, v.number = old.number + 1, v.recorded_from = at, old.recorded_to = at, old.title = 'was: ' + old.title, old.embedding = m.embedding, old.embedding_2 = m.embedding_2,
    v.conversation = m.conversation, v.position = m.position
WITH row, m, v, old
CALL (row, v, old) {
  WITH * WHERE row.keeps OR NOT row.text_changed
  MATCH (old)-[:NAMES]->(e:GraphmemEntity)
  WHERE NOT e.key IN row.forgotten
  CREATE (v)-[:NAMES]->(e)
}
WITH row, m, m.embedding AS embedding, m.embedding_2 AS embedding_2, m.conversation AS conversation, m.position AS position
SET m = row.properties
SET m.embedding = CASE WHEN row.text_changed THEN null ELSE embedding END,
    m.embedding_2 = CASE WHEN row.text_changed THEN null ELSE embedding_2 END, m.conversation = conversation, m.position = position
WITH row, m
CALL (row, m) {
  WITH * WHERE row.text_changed AND row.vector IS NOT NULL
  CALL db.create.setNodeVectorProperty(m, 'embedding', row.vector)
}
CALL (row, m) {
  MATCH (m)-[filed:IN_CATEGORY]->(c:GraphmemCategory)
  WHERE NOT c.name IN coalesce(row.properties.categories_spelled, row.properties.categories)
  DELETE filed
}
CALL (row, m) {
  WITH * WHERE row.text_changed
  MATCH (m)-[mention:MENTIONS]->(e:GraphmemEntity)
  WHERE NOT row.keeps OR e.key IN row.forgotten
  DELETE mention
}
CALL (row) {
  WITH * WHERE row.text_changed
  MATCH (s:GraphmemEntity)-[r:RELATES_TO]->(t:GraphmemEntity)
  WHERE r.memory_id = row.id AND r.retracted_at IS NULL AND (NOT row.keeps OR [s.key, r.predicate, t.key] IN row.ended)
  SET r.retracted_at = CASE WHEN r.recorded_at > row.at THEN r.recorded_at ELSE row.at END, r.caption = 'was: ' + r.predicate
}
RETURN count(*) AS revised
