// How many versions and messages have a new vector, or were found to have none, and how many there are; deletions need none.
CALL () {
  MATCH (v:GraphmemVersion)
  WHERE v.id IS NOT NULL AND v.event <> 'DELETE'
  OPTIONAL MATCH (m:GraphmemMemory {id: v.memory_id}) WHERE m.version_id = v.id
  RETURN count(v) AS versions, count(CASE WHEN v.no_vector OR coalesce(m.embedding_2, v.embedding_2) IS NOT NULL THEN 1 END) AS made
}
CALL () {
  MATCH (m:GraphmemSaidMessage)
  WHERE m.said_at IS NOT NULL
  RETURN count(m) AS messages, count(CASE WHEN m.no_embedding_2 OR m.embedding_2 IS NOT NULL THEN 1 END) AS given
}
RETURN versions + messages AS total, made + given AS done
