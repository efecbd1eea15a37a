// The messages that the arms of a search find: by vector, all within the filter being compared, and by words.
// A message is passed over while a memory that was derived from it is withdrawn by a caller or has expired; one that nothing was derived
// from, while that is so of all memories of its call. That is asked in the order of the scores, so that it is asked about few.
// $vector: embedding of the search text; null for no vector arm
// $match: Lucene query of the text arm; '' for none
// $stems: of the words of the search text
// $now: what has expired by this time takes its messages along
// $at: what was recorded by this time counts, by the store's clock
// $limit: most messages from an arm
CALL () {
  WITH $vector AS vector WHERE vector IS NOT NULL
  MATCH (m:SaidMessage)
  WHERE m.said_at IS NOT NULL AND m.embedding IS NOT NULL AND true /*said m*/
  WITH m, vector.similarity.cosine(m.embedding, vector) AS score
  ORDER BY score DESC
  WITH m, score
  WHERE CASE WHEN EXISTS { (m)<-[:DERIVED_FROM]-(v:Version) WHERE v.recorded_from <= $at }
    THEN NOT EXISTS {
      MATCH (m)<-[:DERIVED_FROM]-(v:Version)
      WHERE v.recorded_from <= $at
      MATCH (w:Version {memory_id: v.memory_id})
      WHERE w.recorded_from <= $at AND (w.recorded_to IS NULL OR w.recorded_to > $at)
        AND (w.event = 'DELETE' AND NOT EXISTS { (w)-[:DERIVED_FROM]->() } OR coalesce(w.expires_at <= $now, false))
    }
    ELSE EXISTS {
      MATCH (v:Version {change_set: m.change_set})
      WHERE v.recorded_from <= $at
      MATCH (w:Version {memory_id: v.memory_id})
      WHERE w.recorded_from <= $at AND (w.recorded_to IS NULL OR w.recorded_to > $at)
        AND NOT (w.event = 'DELETE' AND NOT EXISTS { (w)-[:DERIVED_FROM]->() } OR coalesce(w.expires_at <= $now, false))
    } END
  RETURN m, score AS similarity, null AS bm25
  ORDER BY score DESC LIMIT $limit
  UNION ALL
  WITH $match AS match WHERE match <> ''
  CALL db.index.fulltext.queryNodes('graphmem_said_text', match) YIELD node AS m, score
  WHERE m.said_at IS NOT NULL AND true /*said m*/
  WITH m, score
  ORDER BY score DESC
  WITH m, score
  WHERE CASE WHEN EXISTS { (m)<-[:DERIVED_FROM]-(v:Version) WHERE v.recorded_from <= $at }
    THEN NOT EXISTS {
      MATCH (m)<-[:DERIVED_FROM]-(v:Version)
      WHERE v.recorded_from <= $at
      MATCH (w:Version {memory_id: v.memory_id})
      WHERE w.recorded_from <= $at AND (w.recorded_to IS NULL OR w.recorded_to > $at)
        AND (w.event = 'DELETE' AND NOT EXISTS { (w)-[:DERIVED_FROM]->() } OR coalesce(w.expires_at <= $now, false))
    }
    ELSE EXISTS {
      MATCH (v:Version {change_set: m.change_set})
      WHERE v.recorded_from <= $at
      MATCH (w:Version {memory_id: v.memory_id})
      WHERE w.recorded_from <= $at AND (w.recorded_to IS NULL OR w.recorded_to > $at)
        AND NOT (w.event = 'DELETE' AND NOT EXISTS { (w)-[:DERIVED_FROM]->() } OR coalesce(w.expires_at <= $now, false))
    } END
  RETURN m, null AS similarity, score AS bm25
  ORDER BY score DESC LIMIT $limit
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25
WITH m, bm25,
     CASE WHEN similarity IS NOT NULL OR m.embedding IS NULL OR $vector IS NULL THEN similarity
          ELSE vector.similarity.cosine(m.embedding, $vector) END AS similarity
RETURN collect([
         m.id, m.role, m.content, m.name, m.user_id, m.agent_id, m.app_id, m.run_id, m.said_at /*micros*/, m.conversation, m.position,
         similarity, bm25,
         [place IN range(0, size($stems) - 1) WHERE m.stems CONTAINS (' ' + $stems[place] + ' ')]
       ]) AS said
