// Links memories to the nodes of their user, agent, app, run and categories. Missing nodes are made.
// $linked: ids of memories
UNWIND $linked AS id
MATCH (m:Memory {id: id})
FOREACH (id IN [id IN [m.user_id] WHERE id IS NOT NULL] |
  MERGE (n:User {id: id}) ON CREATE SET n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.agent_id] WHERE id IS NOT NULL] |
  MERGE (n:Agent {id: id}) ON CREATE SET n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.app_id] WHERE id IS NOT NULL] |
  MERGE (n:App {id: id}) ON CREATE SET n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (id IN [id IN [m.run_id] WHERE id IS NOT NULL] |
  MERGE (n:Run {id: id}) ON CREATE SET n.caption = id MERGE (n)-[:HAS_MEMORY]->(m))
FOREACH (name IN m.categories |
  MERGE (n:Category {name: name}) ON CREATE SET n.caption = name MERGE (m)-[:IN_CATEGORY]->(n))
RETURN count(*) AS links
