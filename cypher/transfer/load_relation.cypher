// Imports the relations that the store does not hold yet.
// $rows: records of an export
UNWIND $rows AS row
MATCH (one:GraphmemEntity {id: row.source}), (other:GraphmemEntity {id: row.target})
WHERE NOT EXISTS {
  MATCH (one)-[r:RELATES_TO]->(other)
  WHERE r.memory_id = row.memory_id AND r.predicate = row.predicate AND r.recorded_at = row.recorded_at
}
CREATE (one)-[r:RELATES_TO]->(other)
SET r = {predicate: row.predicate, memory_id: row.memory_id, valid_from: row.valid_from, valid_to: row.valid_to,
         recorded_at: row.recorded_at, retracted_at: row.retracted_at, caption: CASE WHEN row.retracted_at IS NULL THEN '' ELSE 'was: ' END + row.predicate}
RETURN count(*) AS made
