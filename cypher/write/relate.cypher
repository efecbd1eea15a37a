// Links memories to the entities that they name, and writes the relations between these entities.
// $relates: [{memory_id, owner, at, entities: [{id, key, name, type}], relations: [{source, predicate, target, valid_from, valid_to}]}]
UNWIND $relates AS row
MATCH (m:GraphmemMemory {id: row.memory_id})
MATCH (m)-[:CURRENT]->(v:GraphmemVersion)
CALL (row, m, v) {
  UNWIND row.entities AS entity
  MERGE (e:GraphmemEntity {id: entity.id})
  ON CREATE SET e:GraphmemEntity:Entity, e.owner = row.owner, e.key = entity.key,
                e.name = CASE entity.key WHEN 'user' THEN null ELSE entity.name END,
                e.title = CASE entity.key WHEN 'user' THEN coalesce(m.user_id, 'user') ELSE entity.name END, e.type = entity.type,
                e.aliases = [], e.ending = last(split(entity.key, ' '))
  ON MATCH SET e.aliases = CASE WHEN entity.name = coalesce(e.name, e.key) OR entity.name IN e.aliases OR size(e.aliases) >= 20 THEN e.aliases
                                ELSE e.aliases + entity.name END
  MERGE (m)-[:MENTIONS]->(e)
  MERGE (v)-[:NAMES]->(e)
}
CALL (row) {
  // Nothing to do if an earlier attempt, whose answer was lost, made them already.
  WITH row
  WHERE NOT EXISTS {
    MATCH (:GraphmemEntity)-[r:RELATES_TO]->(:GraphmemEntity)
    WHERE r.memory_id = row.memory_id AND r.recorded_at = row.at AND r.retracted_at IS NULL
  }
  UNWIND row.relations AS edge
  MATCH (from:GraphmemEntity {id: edge.source})
  MATCH (to:GraphmemEntity {id: edge.target})
  CREATE (from)-[r:RELATES_TO]->(to)
  SET r = {predicate: edge.predicate, memory_id: row.memory_id, valid_from: edge.valid_from, valid_to: edge.valid_to,
           recorded_at: row.at, caption: edge.predicate}
}
RETURN count(*) AS related
