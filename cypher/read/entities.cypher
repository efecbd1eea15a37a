// The entities that are mentioned by memories that meet a filter, sorted by name.
// $now: memories that have expired by this time are left out
// $ids: ids of the only entities wanted; null for all
// $keys: likewise, their keys
CALL () {
  WITH 1 AS all WHERE $ids IS NULL AND $keys IS NULL
  MATCH (m:GraphmemMemory)
  WHERE m.created_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  MATCH (m)-[:MENTIONS]->(e:GraphmemEntity)
  RETURN e, count(m) AS memories
  UNION ALL
  CALL () {
    UNWIND $ids AS id
    MATCH (e:GraphmemEntity {id: id})
    RETURN e
    UNION
    UNWIND $keys AS key
    MATCH (e:GraphmemEntity {key: key})
    RETURN e
  }
  MATCH (m:GraphmemMemory)-[:MENTIONS]->(e)
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  RETURN e, count(m) AS memories
}
WITH e, memories
WHERE ($ids IS NULL OR e.id IN $ids) AND ($keys IS NULL OR e.key IN $keys)
// Spellings that such a memory says; entities that such a memory mentions.
RETURN e.id AS id, coalesce(e.name, e.key) AS name, e.type AS type, e.aliases AS aliases, memories,
       [name IN CASE WHEN e.aliases = [] THEN [] ELSE [e.name] + e.aliases END WHERE EXISTS {
         MATCH (m:GraphmemMemory)-[:MENTIONS]->(e)
         WHERE m.text CONTAINS name AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
       }] AS said,
       COLLECT {
         MATCH (e)-[s:SAME_AS]-(other:GraphmemEntity)
         WHERE s.retracted_at IS NULL AND EXISTS {
           MATCH (m:GraphmemMemory)-[:MENTIONS]->(other) WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
         }
         RETURN [other.id, coalesce(other.name, other.key), s.score] ORDER BY other.key, other.id
       } AS same_as
ORDER BY e.key, e.type, e.id
