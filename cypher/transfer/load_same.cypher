// Pairs of entities that were not there.
// $rows: records
UNWIND $rows AS row
MATCH (one:Entity {id: row.one}), (other:Entity {id: row.other})
WHERE NOT EXISTS { (one)-[:SAME_AS]->(other) }
CREATE (one)-[s:SAME_AS]->(other)
SET s = {score: row.score, recorded_at: row.recorded_at, retracted_at: row.retracted_at, caption: 'same as'}
RETURN count(*) AS made
