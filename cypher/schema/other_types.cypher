// The types of twins that relations of other programs have.
MATCH (one)-[r:FORMERLY /*twins*/]->(other)
WHERE r.memory_id IS NULL OR NOT (one:GraphmemEntity AND other:GraphmemEntity)
RETURN DISTINCT type(r) AS type
