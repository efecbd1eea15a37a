// Links memories to the nodes of their user, agent, app, run and categories. Missing nodes are made.
// $linked: ids of memories
UNWIND $linked AS id
MATCH (m:GraphmemMemory {id: id})
FOREACH (id IN [id IN [m.user_id] WHERE id IS NOT NULL] |
  MERGE (n:GraphmemUser {id: id}) ON CREATE SET n:GraphmemUser:User, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.agent_id] WHERE id IS NOT NULL] |
  MERGE (n:GraphmemAgent {id: id}) ON CREATE SET n:GraphmemAgent:Agent, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.app_id] WHERE id IS NOT NULL] |
  MERGE (n:GraphmemApp {id: id}) ON CREATE SET n:GraphmemApp:App, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.run_id] WHERE id IS NOT NULL] |
  MERGE (n:GraphmemRun {id: id}) ON CREATE SET n:GraphmemRun:Run, n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (name IN coalesce(m.categories_spelled, m.categories) |
  MERGE (n:GraphmemCategory {name: name}) ON CREATE SET n:GraphmemCategory:Category, n.caption = name MERGE (m)-[:IN_CATEGORY]->(n))
RETURN count(*) AS links
