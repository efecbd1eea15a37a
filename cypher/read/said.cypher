// The messages that the arms of a search find (by vector, all within the filter being compared, and by words), and the neighbours of the
// best in their conversation.
// A message is passed over while a memory that was derived from it is withdrawn by a caller or has expired; one that none was derived
// from, while that is so of all memories of its call.
// $vector: embedding of the search text; null for no vector arm
// $match: Lucene query of the text arm; '' for none
// $needles: for each word of the search text what the stems of a message contain that holds it
// $now: what has expired by this time takes its messages along
// $at: what was recorded by this time counts, by the store's clock
// $read: most messages from an arm, those that are passed over included
// $around: how many of the best messages of each arm bring in their neighbours
// $reach: largest distance of a neighbour, in messages; 0 for no neighbours
CALL () {
  WITH $vector AS vector WHERE vector IS NOT NULL
  MATCH (m:GraphmemSaidMessage)
  WHERE m.said_at IS NOT NULL AND m.embedding IS NOT NULL AND true /*said m*/
  WITH m, vector.similarity.cosine(m.embedding, vector) AS score
  ORDER BY score DESC LIMIT $read
  WITH collect([m, score]) AS near
  UNWIND range(0, size(near) - 1) AS place
  RETURN near[place][0] AS m, near[place][1] AS similarity, null AS bm25, place < $around AS best
  UNION ALL
  WITH $match AS match WHERE match <> ''
  CALL db.index.fulltext.queryNodes('graphmem_own_said_text', match) YIELD node AS m, score
  WHERE m.said_at IS NOT NULL AND true /*said m*/
  WITH m, score ORDER BY score DESC LIMIT $read
  WITH collect([m, score]) AS holding
  UNWIND range(0, size(holding) - 1) AS place
  RETURN holding[place][0] AS m, null AS similarity, holding[place][1] AS bm25, place < $around AS best
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25, max(best) AS best
WITH collect([m, similarity, bm25, best]) AS found, count(similarity) AS near, count(bm25) AS holding
CALL (found) {
  UNWIND found AS row
  RETURN row[0] AS m, row[1] AS similarity, row[2] AS bm25, false AS neighbour
  UNION ALL
  UNWIND found AS row
  WITH row[0] AS m, row[3] AS best
  WHERE best AND $reach > 0
  MATCH (beside:GraphmemMessage)
  USING INDEX SEEK beside:GraphmemMessage(conversation, position)
  WHERE beside.conversation = m.conversation AND m.position - $reach <= beside.position <= m.position + $reach
    AND beside:GraphmemSaidMessage AND true /*said beside*/
  RETURN beside AS m, null AS similarity, null AS bm25, true AS neighbour
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25, max(neighbour) AS neighbour, near, holding
CALL (m) {
  OPTIONAL MATCH (m)<-[:DERIVED_FROM]-(v:GraphmemVersion)
  WHERE v.recorded_from <= $at
  RETURN collect(DISTINCT v.memory_id) AS derived
}
CALL (m, derived) {
  OPTIONAL MATCH (v:GraphmemVersion {change_set: m.change_set})
  WHERE derived = [] AND v.recorded_from <= $at
  RETURN collect(DISTINCT v.memory_id) AS called
}
CALL (derived, called) {
  UNWIND derived + called AS id
  MATCH (w:GraphmemVersion {memory_id: id})
  WHERE w.recorded_from <= $at AND (w.recorded_to IS NULL OR w.recorded_to > $at)
  WITH w.event = 'DELETE' AND NOT EXISTS { (w)-[:DERIVED_FROM]->(:GraphmemMessage) } OR coalesce(w.expires_at <= $now, false) AS withheld
  RETURN count(*) AS states, count(CASE WHEN withheld THEN 1 END) AS withheld
}
WITH m, similarity, bm25, neighbour, near, holding,
     CASE derived WHEN [] THEN withheld < states ELSE withheld = 0 END AS open
RETURN collect(CASE WHEN open THEN [
         m.id, m.role, m.content, m.speaker, m.user_id, m.agent_id, m.app_id, m.run_id, m.said_at /*micros*/, m.conversation, m.position,
         similarity, bm25, neighbour,
         CASE WHEN m.embedding IS NOT NULL AND $vector IS NOT NULL THEN vector.similarity.cosine(m.embedding, $vector) END,
         [place IN range(0, size($needles) - 1) WHERE m.stems CONTAINS $needles[place]]
       ] END) AS said, max(near) AS near, max(holding) AS holding
