// The messages that the arms of a search find (by vector, all within the filter being compared, and by words), and the neighbours of the
// best in their conversation. Whether they may be found is asked in the order of their scores, so that it is asked about few.
// $vector: embedding of the search text; null for no vector arm
// $match: Lucene query of the text arm; '' for none
// $stems: of the words of the search text
// $now: what has expired by this time takes its messages along
// $at: what was recorded by this time counts, by the store's clock
// $limit: most messages from an arm
// $around: how many of the best messages of each arm bring in their neighbours
// $reach: largest distance of a neighbour, in messages; 0 for no neighbours
CALL () {
  WITH $vector AS vector WHERE vector IS NOT NULL
  MATCH (m:SaidMessage)
  WHERE m.said_at IS NOT NULL AND m.embedding IS NOT NULL AND true /*said m*/
  WITH m, vector.similarity.cosine(m.embedding, vector) AS score
  ORDER BY score DESC
  WITH m, score
  WHERE true /*open m*/
  WITH m, score ORDER BY score DESC LIMIT $limit
  WITH collect([m, score]) AS near
  UNWIND range(0, size(near) - 1) AS place
  RETURN near[place][0] AS m, near[place][1] AS similarity, null AS bm25, place < $around AS best
  UNION ALL
  WITH $match AS match WHERE match <> ''
  CALL db.index.fulltext.queryNodes('graphmem_said_text', match) YIELD node AS m, score
  WHERE m.said_at IS NOT NULL AND true /*said m*/
  WITH m, score
  ORDER BY score DESC
  WITH m, score
  WHERE true /*open m*/
  WITH m, score ORDER BY score DESC LIMIT $limit
  WITH collect([m, score]) AS holding
  UNWIND range(0, size(holding) - 1) AS place
  RETURN holding[place][0] AS m, null AS similarity, holding[place][1] AS bm25, place < $around AS best
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25, max(best) AS best
CALL (m, best) {
  RETURN m AS near, true AS found
  UNION ALL
  WITH * WHERE best AND $reach > 0
  MATCH (near:Message)
  USING INDEX SEEK near:Message(conversation, position)
  WHERE near.conversation = m.conversation AND m.position - $reach <= near.position <= m.position + $reach AND near <> m
    AND near:SaidMessage AND true /*said near*/
  WITH near
  WHERE true /*open near*/
  RETURN near, false AS found
}
WITH near AS m, max(CASE WHEN found THEN similarity END) AS similarity, max(CASE WHEN found THEN bm25 END) AS bm25
WITH m, bm25,
     CASE WHEN similarity IS NOT NULL OR m.embedding IS NULL OR $vector IS NULL THEN similarity
          ELSE vector.similarity.cosine(m.embedding, $vector) END AS similarity
RETURN collect([
         m.id, m.role, m.content, m.name, m.user_id, m.agent_id, m.app_id, m.run_id, m.said_at /*micros*/, m.conversation, m.position,
         similarity, bm25,
         [place IN range(0, size($stems) - 1) WHERE m.stems CONTAINS (' ' + $stems[place] + ' ')]
       ]) AS said
