// Versions to export, memory by memory, oldest first, with the entities that they named and the messages that they came from.
// $offset: how many to skip
// $limit: how many to return at most
// $vectors: whether with their vectors
MATCH (v:GraphmemVersion)
WHERE v.memory_id IS NOT NULL
WITH v ORDER BY v.memory_id, v.number SKIP $offset LIMIT $limit
OPTIONAL MATCH (m:GraphmemMemory {id: v.memory_id}) WHERE m.version_id = v.id
RETURN v {.id, .memory_id, .number, .event, .change_set, .conversation, .position, .text, .user_id, .agent_id, .app_id, .run_id,
          .metadata, .categories, .immutable,
          recorded_from: v.recorded_from /*micros*/,
          recorded_to: v.recorded_to /*micros*/,
          expires_at: v.expires_at /*micros*/,
          created_at: v.created_at /*micros*/,
          updated_at: v.updated_at /*micros*/,
          event_start: v.event_start /*date*/,
          event_end: v.event_end /*date*/,
          vector: CASE WHEN $vectors THEN coalesce(m.embedding, v.embedding) END,
          entities: COLLECT { MATCH (v)-[:NAMES]->(e:GraphmemEntity) RETURN e.id ORDER BY e.id },
          sources: COLLECT { MATCH (v)-[d:DERIVED_FROM]->(s:GraphmemMessage) RETURN [s.id, d.first, d.last] ORDER BY s.id }} AS record
ORDER BY v.memory_id, v.number
