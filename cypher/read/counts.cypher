// The number of nodes of each kind, and of relations that are not retracted.
RETURN COUNT { (:Memory) } AS memories, COUNT { (:Version) } AS versions, COUNT { (:Message) } AS messages,
       COUNT { (:Entity) } AS entities,
       COUNT { MATCH (:Entity)-[r:RELATES_TO]->(:Entity) WHERE r.retracted_at IS NULL } AS relations,
       COUNT { MATCH (s:User) WHERE (s)-[:HAS_MEMORY]->() } AS users,
       COUNT { MATCH (s:Agent) WHERE (s)-[:HAS_MEMORY]->() } AS agents,
       COUNT { MATCH (s:App) WHERE (s)-[:HAS_MEMORY]->() } AS apps,
       COUNT { MATCH (s:Run) WHERE (s)-[:HAS_MEMORY]->() } AS runs
