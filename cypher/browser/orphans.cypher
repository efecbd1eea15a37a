// What hangs in the air: entities, versions and memories that nothing refers to. There should be none.
MATCH (e:GraphmemEntity)
WHERE NOT EXISTS { (e)<-[:NAMES]-() } AND NOT EXISTS { (e)-[:RELATES_TO]-() }
RETURN e AS orphan
LIMIT 100
UNION
MATCH (v:GraphmemVersion)
WHERE NOT EXISTS { (v)<-[:CURRENT|PREVIOUS]-() }
RETURN v AS orphan
LIMIT 100
UNION
MATCH (m:GraphmemMemory)
WHERE NOT EXISTS { (m)-[:CURRENT]->() } OR NOT EXISTS { (m)<-[:HAS_MEMORY]-() }
RETURN m AS orphan
LIMIT 100
