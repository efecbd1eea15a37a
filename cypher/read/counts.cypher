// The number of nodes of each kind, and of relations that are not retracted.
RETURN COUNT { (:GraphmemMemory) } AS memories, COUNT { (:GraphmemVersion) } AS versions, COUNT { (:GraphmemMessage) } AS messages,
       COUNT { (:GraphmemEntity) } AS entities,
       COUNT { MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity) WHERE r.memory_id IS NOT NULL AND r.retracted_at IS NULL } AS relations,
       COUNT { MATCH (s:GraphmemUser) WHERE (s)-[:HAS_MEMORY]->(:GraphmemMemory) } AS users,
       COUNT { MATCH (s:GraphmemAgent) WHERE (s)-[:HAS_MEMORY]->(:GraphmemMemory) } AS agents,
       COUNT { MATCH (s:GraphmemApp) WHERE (s)-[:HAS_MEMORY]->(:GraphmemMemory) } AS apps,
       COUNT { MATCH (s:GraphmemRun) WHERE (s)-[:HAS_MEMORY]->(:GraphmemMemory) } AS runs
