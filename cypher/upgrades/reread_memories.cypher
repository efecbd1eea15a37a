// Gives memories of an older store what they are compared by.
// $rows: [{id, identity, changed, moved}]; changed: properties; moved: whether the spelling of a scope id changes
UNWIND $rows AS row
MATCH (m:GraphmemMemory {id: row.id})
WITH row.identity AS identity, collect([row, m]) AS alike
OPTIONAL MATCH (known:GraphmemMemory {identity: identity})
// Of two texts that are one now, one keeps the identity that it had: it is found and changed like any other.
UNWIND range(0, size(alike) - 1) AS n
WITH alike[n][0] AS row, alike[n][1] AS m, identity, known IS NULL AND n = 0 AS first
SET m += row.changed
SET m.identity = CASE WHEN first THEN identity ELSE m.identity END
WITH row, m
CALL (row, m) {
  WITH * WHERE row.moved
  MATCH (:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun)-[old:HAS_MEMORY]->(m)
  DELETE old
  FOREACH (id IN [id IN [m.user_id] WHERE id IS NOT NULL] |
    MERGE (n:GraphmemUser {id: id}) ON CREATE SET n:GraphmemUser:User, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
  FOREACH (id IN [id IN [m.agent_id] WHERE id IS NOT NULL] |
    MERGE (n:GraphmemAgent {id: id}) ON CREATE SET n:GraphmemAgent:Agent, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
  FOREACH (id IN [id IN [m.app_id] WHERE id IS NOT NULL] |
    MERGE (n:GraphmemApp {id: id}) ON CREATE SET n:GraphmemApp:App, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
  FOREACH (id IN [id IN [m.run_id] WHERE id IS NOT NULL] |
    MERGE (n:GraphmemRun {id: id}) ON CREATE SET n:GraphmemRun:Run, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
}
CALL (m) {
  WITH * WHERE m.categories_spelled IS NOT NULL
  MATCH (m)-[old:IN_CATEGORY]->(:GraphmemCategory)
  DELETE old
  FOREACH (name IN m.categories_spelled |
    MERGE (n:GraphmemCategory {name: name}) ON CREATE SET n:GraphmemCategory:Category, n.caption = name MERGE (m)-[:IN_CATEGORY]->(n))
}
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN last
