// Imports the pairs of entities that the store does not hold yet: pairs that count as one, or were separated.
// $rows: records of an export
UNWIND $rows AS row
MATCH (one:GraphmemEntity {id: row.one}), (other:GraphmemEntity {id: row.other})
WHERE NOT EXISTS { (one)-[:SAME_AS]->(other) }
CREATE (one)-[s:SAME_AS]->(other)
SET s = {score: row.score, recorded_at: row.recorded_at, retracted_at: row.retracted_at, caption: 'same as'}
RETURN count(*) AS made
