// How many versions have a new vector, or were found to have none, and how many versions there are without deletions.
MATCH (v:Version)
WHERE v.id IS NOT NULL AND v.event <> 'DELETE'
OPTIONAL MATCH (m:Memory {id: v.memory_id}) WHERE m.version_id = v.id
RETURN count(v) AS total, count(CASE WHEN v.no_vector OR coalesce(m.embedding_2, v.embedding_2) IS NOT NULL THEN 1 END) AS done
