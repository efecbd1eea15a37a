// Takes these plain labels off graphmem's nodes.
// $labels: plain labels
MATCH (n:GraphmemUser|GraphmemAgent|GraphmemApp|GraphmemRun|GraphmemCategory|GraphmemMessage|GraphmemConversation|GraphmemEntity|GraphmemVersion|GraphmemMemory|GraphmemDeletedMemory)
WHERE any(label IN labels(n) WHERE label IN $labels)
CALL (n) {
  FOREACH (_ IN CASE WHEN 'GraphmemUser' IN labels(n) AND 'User' IN $labels THEN [1] ELSE [] END | REMOVE n:User)
  FOREACH (_ IN CASE WHEN 'GraphmemAgent' IN labels(n) AND 'Agent' IN $labels THEN [1] ELSE [] END | REMOVE n:Agent)
  FOREACH (_ IN CASE WHEN 'GraphmemApp' IN labels(n) AND 'App' IN $labels THEN [1] ELSE [] END | REMOVE n:App)
  FOREACH (_ IN CASE WHEN 'GraphmemRun' IN labels(n) AND 'Run' IN $labels THEN [1] ELSE [] END | REMOVE n:Run)
  FOREACH (_ IN CASE WHEN 'GraphmemCategory' IN labels(n) AND 'Category' IN $labels THEN [1] ELSE [] END | REMOVE n:Category)
  FOREACH (_ IN CASE WHEN 'GraphmemMessage' IN labels(n) AND 'Message' IN $labels THEN [1] ELSE [] END | REMOVE n:Message)
  FOREACH (_ IN CASE WHEN 'GraphmemConversation' IN labels(n) AND 'Conversation' IN $labels THEN [1] ELSE [] END | REMOVE n:Conversation)
  FOREACH (_ IN CASE WHEN 'GraphmemEntity' IN labels(n) AND 'Entity' IN $labels THEN [1] ELSE [] END | REMOVE n:Entity)
  FOREACH (_ IN CASE WHEN 'GraphmemVersion' IN labels(n) AND 'Version' IN $labels THEN [1] ELSE [] END | REMOVE n:Version)
  FOREACH (_ IN CASE WHEN 'GraphmemMemory' IN labels(n) AND 'Memory' IN $labels THEN [1] ELSE [] END | REMOVE n:Memory)
  FOREACH (_ IN CASE WHEN 'GraphmemDeletedMemory' IN labels(n) AND 'DeletedMemory' IN $labels THEN [1] ELSE [] END | REMOVE n:DeletedMemory)
} IN TRANSACTIONS OF 1000 ROWS
