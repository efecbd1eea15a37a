// The entities that memories within the filter mention, by name.
// $now: what has expired by then mentions nothing
// $ids: only these; null for all
MATCH (m:Memory)
WHERE m.created_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
MATCH (m)-[:MENTIONS]->(e:Entity)
WHERE $ids IS NULL OR e.id IN $ids
WITH e, count(m) AS memories ORDER BY e.key, e.type, e.id
RETURN e.id AS id, e.name AS name, e.type AS type, e.aliases AS aliases, memories,
       COLLECT {
         MATCH (e)-[s:SAME_AS]-(other:Entity) WHERE s.retracted_at IS NULL
         RETURN [other.id, other.name, s.score] ORDER BY other.key, other.id
       } AS same_as
