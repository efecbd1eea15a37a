// Records that two entities are the same. A pair that was separated by hand can only be united by hand.
// $unites: [{one, other, score, by_hand, at}]; score is from 0 to 1
UNWIND $unites AS row
MATCH (one:GraphmemEntity {id: row.one}), (other:GraphmemEntity {id: row.other})
WHERE one.owner = other.owner
MERGE (one)-[same:SAME_AS]->(other)
ON CREATE SET same.score = row.score, same.recorded_at = row.at, same.caption = 'same as'
SET same.retracted_at = CASE WHEN row.by_hand THEN null ELSE same.retracted_at END
RETURN count(*) AS united
