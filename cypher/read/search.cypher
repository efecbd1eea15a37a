// The candidates of a search: what the vector, text and graph arms find, and the neighbours of the best in their conversation.
// Each arm, and the neighbours too, stay within the filter.
// $vector: embedding of the search text; null for no vector arm
// $match: Lucene query of the text arm; '' for none
// $stems: of the words of the search text
// $names: keys of the entities that the search text may name
// $now: memories that have expired by this time are left out
// $limit: most memories from an arm
// $around: how many of the best memories of each arm bring in their neighbours
// $reach: largest distance of a neighbour, in messages; 0 for no neighbours
// $sample: of how many memories within the filter it is told how many hold each of the words
// $long: in that sample, texts of more characters count less
CALL () {
  // The vector arm. The index knows no filter, so it is asked for so many memories (`width`) that about three times the limit should
  // meet the filter. If few memories meet it, or the index finds too few of them, all that meet it are compared exactly.
  WITH $vector AS vector WHERE vector IS NOT NULL
  CALL () {
    MATCH (m:Memory)
    WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN count(*) AS size
  }
  CALL () {
    MATCH (every:Memory)
    RETURN count(every) AS total
  }
  WITH vector, size, toInteger(3.0 * $limit * total / (size + 1)) + 1 AS width
  WITH vector, width, size > 2 * width + 2000 AS asked
  CALL (vector, width, asked) {
    WITH * WHERE asked
    CALL db.index.vector.queryNodes('graphmem_memory_embedding', width, vector) YIELD node AS m, score
    WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    WITH m, vector ORDER BY score DESC LIMIT $limit
    RETURN collect([m, vector.similarity.cosine(m.embedding, vector)]) AS indexed
  }
  WITH vector, asked, indexed, size(indexed) >= $limit AS enough
  CALL (vector, enough) {
    WITH * WHERE NOT enough
    MATCH (m:Memory)
    WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    WITH m, vector.similarity.cosine(m.embedding, vector) AS score
    ORDER BY score DESC LIMIT $limit
    RETURN collect([m, score]) AS compared
  }
  WITH CASE WHEN enough THEN indexed ELSE compared END AS near, enough, asked
  UNWIND range(0, size(near) - 1) AS place
  RETURN near[place][0] AS m, near[place][1] AS similarity, null AS bm25, null AS hops, place < $around AS best,
         CASE WHEN enough THEN 'index' WHEN asked THEN 'index, then exact' ELSE 'exact' END AS plan
  UNION ALL
  // The text arm.
  WITH $match AS match WHERE match <> ''
  CALL db.index.fulltext.queryNodes('graphmem_memory_text', match) YIELD node AS m, score
  WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m, score ORDER BY score DESC LIMIT $limit
  WITH collect([m, score]) AS said
  UNWIND range(0, size(said) - 1) AS place
  RETURN said[place][0] AS m, null AS similarity, said[place][1] AS bm25, null AS hops, place < $around AS best, null AS plan
  UNION ALL
  // The graph arm: memories that mention a named entity, or one that is related to it by a memory within the filter.
  UNWIND $names AS name
  MATCH (called:Entity {key: name})
  CALL (called) {
    RETURN called AS named
    UNION
    MATCH (called)-[same:SAME_AS]-(named:Entity)
    WHERE same.retracted_at IS NULL
    RETURN named
  }
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
  WITH collect([m, hops]) AS linked
  UNWIND range(0, size(linked) - 1) AS place
  RETURN linked[place][0] AS m, null AS similarity, null AS bm25, linked[place][1] AS hops, place < $around AS best, null AS plan
}
WITH m, max(similarity) AS similarity, max(bm25) AS bm25, min(hops) AS hops, max(best) AS best, max(plan) AS plan
CALL (m, best) {
  RETURN m AS near, true AS found
  UNION ALL
  WITH * WHERE best AND $reach > 0
  MATCH (near:Memory)
  USING INDEX SEEK near:Memory(conversation, position)
  WHERE near.conversation = m.conversation
    AND m.position - $reach <= near.position <= m.position + $reach AND near <> m
    AND (near.expires_at IS NULL OR near.expires_at > $now) AND true /*filter near*/
  RETURN near, false AS found
}
WITH near AS m,
     max(CASE WHEN found THEN similarity END) AS similarity,
     max(CASE WHEN found THEN bm25 END) AS bm25,
     min(CASE WHEN found THEN hops END) AS hops,
     max(CASE WHEN found THEN plan END) AS plan
// What other arms and neighbours brought in is compared with the vector too.
WITH m, hops, bm25, plan,
     CASE WHEN similarity IS NOT NULL OR m.embedding IS NULL OR $vector IS NULL THEN similarity
          ELSE vector.similarity.cosine(m.embedding, $vector) END AS similarity
// A position is one message's only.
OPTIONAL MATCH (said:Message {conversation: m.conversation, position: m.position})
// One record instead of hundreds: drivers read a list faster than many records.
WITH collect([
       m.id, similarity, bm25, hops, m.conversation, m.position,
       [place IN range(0, size($stems) - 1) WHERE m.stems CONTAINS (' ' + $stems[place] + ' ')],
       size(m.text), said.content = m.text, said.role, said.name,
       COLLECT { MATCH (m)-[:MENTIONS]->(e:Entity) RETURN [e.key, e.type] },
       m.categories,
       COLLECT { MATCH (:Entity)-[r:RELATES_TO {memory_id: m.id}]->(:Entity) WHERE r.retracted_at IS NULL RETURN DISTINCT r.predicate }
     ]) AS candidates, max(plan) AS plan
// How many of the memories hold each word, told by a sample, whichever the index gives first.
CALL () {
  MATCH (m:Memory)
  WHERE m.created_at IS NOT NULL AND size($stems) > 0 AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m LIMIT $sample
  WITH m.stems AS stems, CASE WHEN size(m.text) > $long THEN sqrt(1.0 * $long / size(m.text)) ELSE 1.0 END AS weight
  WITH collect([stems, weight]) AS sample
  RETURN size(sample) AS sampled,
         [stem IN $stems |
            reduce(total = 0.0, one IN sample | total + CASE WHEN one[0] CONTAINS (' ' + stem + ' ') THEN one[1] ELSE 0.0 END)] AS sums
}
RETURN candidates, plan, sampled, [total IN sums | total / CASE sampled WHEN 0 THEN 1 ELSE sampled END] AS shares
