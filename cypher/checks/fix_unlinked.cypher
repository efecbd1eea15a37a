// Links memories to their owners and categories again.
MATCH (m:Memory) WHERE m.identity IS NOT NULL
FOREACH (id IN [each IN [m.user_id] WHERE each IS NOT NULL] |
  MERGE (s:User {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
FOREACH (id IN [each IN [m.agent_id] WHERE each IS NOT NULL] |
  MERGE (s:Agent {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
FOREACH (id IN [each IN [m.app_id] WHERE each IS NOT NULL] |
  MERGE (s:App {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
FOREACH (id IN [each IN [m.run_id] WHERE each IS NOT NULL] |
  MERGE (s:Run {id: id}) ON CREATE SET s.caption = id MERGE (s)-[:HAS_MEMORY]->(m))
FOREACH (name IN m.categories |
  MERGE (c:Category {name: name}) ON CREATE SET c.caption = name MERGE (m)-[:IN_CATEGORY]->(c))
