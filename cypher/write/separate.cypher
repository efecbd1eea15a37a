// Records that two entities are not the same.
// $separates: [{one, other, at}]
UNWIND $separates AS row
MATCH (one:GraphmemEntity {id: row.one}), (other:GraphmemEntity {id: row.other})
WHERE one.owner = other.owner
MERGE (one)-[same:SAME_AS]->(other)
ON CREATE SET same.score = 0.0, same.recorded_at = row.at, same.caption = 'same as'
SET same.retracted_at = CASE WHEN same.recorded_at > row.at THEN same.recorded_at ELSE row.at END
RETURN count(*) AS separated
