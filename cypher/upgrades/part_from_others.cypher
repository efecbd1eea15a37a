// Memories of an older store may be linked to users, agents, apps, runs and categories that another program made: they are linked to
// nodes of graphmem's own instead. It runs after everything else has its own labels.
MATCH (n:User|Agent|App|Run|Category)-[link:HAS_MEMORY|IN_CATEGORY]-(m:GraphmemMemory)
WHERE none(label IN labels(n) WHERE label STARTS WITH 'Graphmem')
  AND ((n:User AND n.id = m.user_id) OR (n:Agent AND n.id = m.agent_id) OR (n:App AND n.id = m.app_id) OR (n:Run AND n.id = m.run_id)
       OR (n:Category AND n.name IN m.categories))
CALL (n, link, m) {
  FOREACH (id IN CASE WHEN n:User AND type(link) = 'HAS_MEMORY' THEN [n.id] ELSE [] END |
    MERGE (own:GraphmemUser {id: id}) ON CREATE SET own:GraphmemUser:User, own.caption = id MERGE (own)-[:HAS_MEMORY]->(m))
  FOREACH (id IN CASE WHEN n:Agent AND type(link) = 'HAS_MEMORY' THEN [n.id] ELSE [] END |
    MERGE (own:GraphmemAgent {id: id}) ON CREATE SET own:GraphmemAgent:Agent, own.caption = id MERGE (own)-[:HAS_MEMORY]->(m))
  FOREACH (id IN CASE WHEN n:App AND type(link) = 'HAS_MEMORY' THEN [n.id] ELSE [] END |
    MERGE (own:GraphmemApp {id: id}) ON CREATE SET own:GraphmemApp:App, own.caption = id MERGE (own)-[:HAS_MEMORY]->(m))
  FOREACH (id IN CASE WHEN n:Run AND type(link) = 'HAS_MEMORY' THEN [n.id] ELSE [] END |
    MERGE (own:GraphmemRun {id: id}) ON CREATE SET own:GraphmemRun:Run, own.caption = id MERGE (own)-[:HAS_MEMORY]->(m))
  FOREACH (name IN CASE WHEN n:Category AND type(link) = 'IN_CATEGORY' THEN [n.name] ELSE [] END |
    MERGE (own:GraphmemCategory {name: name}) ON CREATE SET own:GraphmemCategory:Category, own.caption = name MERGE (m)-[:IN_CATEGORY]->(own))
  DELETE link
} IN TRANSACTIONS OF 1000 ROWS
