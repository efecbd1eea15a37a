// Memories that differ from their newest version.
MATCH (m:GraphmemMemory)
WHERE m.identity IS NOT NULL AND NOT EXISTS {
  MATCH (m)-[:CURRENT]->(v:GraphmemVersion {id: m.version_id})
  WHERE v.text = m.text AND v.metadata = m.metadata AND v.categories = m.categories AND v.event <> 'DELETE'
}
RETURN m.id AS id
