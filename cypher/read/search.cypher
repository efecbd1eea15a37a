// The union of what the vector, text and graph arms find, and their neighbours in the conversation. Each arm stays within the filter.
// $vector: the query's embedding, or null for no vector arm
// $match: Lucene query of the text arm, or '' for none
// $names: keys of entities that the query may name
// $now: what has expired by then is hidden
// $limit: how many an arm returns at most
// $reach: how far neighbours are from what an arm found; 0 for none
CALL () {
  WITH $vector AS vector WHERE vector IS NOT NULL
  MATCH (m:Memory)
  WHERE m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m, vector.similarity.cosine(m.embedding, vector) AS score
  ORDER BY score DESC LIMIT $limit
  RETURN m, score AS similarity, null AS bm25, null AS hops
  UNION ALL
  WITH $match AS match WHERE match <> ''
  CALL db.index.fulltext.queryNodes('graphmem_memory_text', match) YIELD node AS m, score
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m, score ORDER BY score DESC LIMIT $limit
  RETURN m, null AS similarity, score AS bm25, null AS hops
  UNION ALL
  UNWIND $names AS name
  MATCH (named:Entity {key: name})
  CALL (named) {
    RETURN named AS near, 0 AS hops
    UNION
    MATCH (named)-[r:RELATES_TO]-(near:Entity)
    WHERE r.retracted_at IS NULL
    MATCH (m:Memory {id: r.memory_id})
    WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN DISTINCT near, 1 AS hops
  }
  MATCH (near)<-[:MENTIONS]-(m:Memory)
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m, min(hops) AS hops
  ORDER BY hops, m.updated_at DESC, m.id LIMIT $limit
  RETURN m, null AS similarity, null AS bm25, hops
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25, min(hops) AS hops
CALL (m) {
  RETURN m AS near, true AS found
  UNION ALL
  MATCH (near:Memory)
  WHERE $reach > 0 AND near.conversation = m.conversation
    AND m.position - $reach <= near.position <= m.position + $reach AND near.position <> m.position
    AND (near.expires_at IS NULL OR near.expires_at > $now) AND true /*filter near*/
  RETURN near, false AS found
}
WITH near AS m,
     max(CASE WHEN found THEN similarity END) AS similarity,
     max(CASE WHEN found THEN bm25 END) AS bm25,
     min(CASE WHEN found THEN hops END) AS hops
RETURN m.id AS id,
       CASE WHEN similarity IS NOT NULL OR m.embedding IS NULL OR $vector IS NULL THEN similarity
            ELSE vector.similarity.cosine(m.embedding, $vector) END AS vector,
       bm25 AS text, hops, m.conversation AS conversation, m.position AS position
