// The candidates of a search: what the vector, text and graph arms find, and the neighbours of the best in their conversation.
// Each arm, and the neighbours too, stay within the filter.
// $vector: embedding of the search text; null for no vector arm
// $match: Lucene query of the text arm; '' for none
// $needles: for each word of the search text what the stems of a memory contain that holds it
// $owners: whose entities may be meant; owners of what the other arms found are added
// $names: keys of the entities that the search text may name
// $selves: keys of the entity that stands for whoever asks; [] if the search text is not about that one
// $roles: how words of predicates begin that lead to somebody who is meant ("my sister")
// $turned: how those begin that lead there from the other end ("father of" to a child)
// $roles_of_self: whether they lead there from whoever asks
// $relations: how words of predicates begin that the search text may ask for
// $now: memories that have expired by this time are left out
// $limit: most memories from an arm
// $around: how many of the best memories of each arm bring in their neighbours
// $reach: largest distance of a neighbour, in messages; 0 for no neighbours
// $sample: of how many memories within the filter it is told how many hold each of the words
// $long: in that sample, texts of more characters count less
// The memories within the filter, as long as they are few: whichever the index gives first.
CALL () {
  MATCH (m:GraphmemMemory)
  WHERE m.created_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
  WITH m LIMIT 2001
  RETURN collect(m) AS few
}
CALL (few) {
  CALL (few) {
    // The vector arm. The index knows no filter, so it is asked for so many memories (`width`) that about three times the limit should
    // meet the filter. If few memories meet it, or the index finds too few of them, all that meet it are compared exactly.
    WITH few, $vector AS vector WHERE vector IS NOT NULL
    CALL (few) {
      // UNWIND, because the index is asked before what WHERE says of other things.
      UNWIND CASE WHEN size(few) > 2000 THEN [true] ELSE [] END AS once
      MATCH (m:GraphmemMemory)
      WHERE m.created_at IS NOT NULL AND m.embedding IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
      RETURN count(*) AS size
    }
    CALL () {
      MATCH (every:GraphmemMemory)
      RETURN count(every) AS total
    }
    WITH few, vector, size, toInteger(3.0 * $limit * total / (size + 1)) + 1 AS width
    WITH few, vector, width, size > 2 * width + 2000 AS asked
    CALL (vector, width, asked) {
      WITH * WHERE asked
      CALL db.index.vector.queryNodes('graphmem_own_memory_embedding', width, vector) YIELD node AS m, score
      WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
      WITH m, vector ORDER BY score DESC LIMIT $limit
      RETURN collect([m, vector.similarity.cosine(m.embedding, vector)]) AS indexed
    }
    WITH few, vector, asked, indexed, size(indexed) >= $limit AS enough
    CALL (few, vector, enough) {
      CALL (few, enough) {
        WITH * WHERE size(few) <= 2000
        UNWIND few AS m
        RETURN m
        UNION ALL
        UNWIND CASE WHEN size(few) > 2000 AND NOT enough THEN [true] ELSE [] END AS once
        MATCH (m:GraphmemMemory)
        WHERE m.created_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
        RETURN m
      }
      WITH m, vector.similarity.cosine(m.embedding, vector) AS score
      WHERE score IS NOT NULL
      // More than are found here: what other arms find among them needn't be compared again.
      WITH m, score ORDER BY score DESC LIMIT 4 * $limit
      RETURN collect([m, score]) AS compared
    }
    WITH CASE WHEN enough THEN indexed ELSE compared END AS near, enough, asked
    UNWIND range(0, size(near) - 1) AS place
    RETURN near[place][0] AS m, near[place][1] AS similarity, null AS bm25, CASE WHEN place < $limit THEN place < $around END AS best,
           CASE WHEN enough THEN 'index' WHEN asked THEN 'index, then exact' ELSE 'exact' END AS plan
    UNION ALL
    // The text arm.
    WITH $match AS match WHERE match <> ''
    CALL db.index.fulltext.queryNodes('graphmem_own_memory_text', match) YIELD node AS m, score
    WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    WITH m, score ORDER BY score DESC LIMIT $limit
    WITH collect([m, score]) AS said
    UNWIND range(0, size(said) - 1) AS place
    RETURN said[place][0] AS m, null AS similarity, said[place][1] AS bm25, place < $around AS best, null AS plan
  }
  // What was compared but not found has no `best`.
  RETURN collect(CASE WHEN best IS NOT NULL THEN [m, similarity, bm25, best, plan] END) AS found,
         collect(CASE WHEN best IS NULL THEN [m, similarity, null, null, null] END) AS compared
}
// The graph arm begins with the entities that the search text names, among the owners of what the other arms found.
CALL (found) {
  UNWIND found AS row
  WITH row[0] AS m
  MATCH (m)-[:MENTIONS]->(e:GraphmemEntity)
  RETURN collect(DISTINCT e.owner) AS owners
}
CALL (owners) {
  UNWIND owners + $owners AS owner
  UNWIND $names AS name
  MATCH (called:GraphmemEntity {owner: owner, key: name})
  CALL (called) {
    RETURN called AS entity
    UNION
    MATCH (called)-[same:SAME_AS]-(entity:GraphmemEntity)
    WHERE same.retracted_at IS NULL
    RETURN entity
  }
  RETURN collect(DISTINCT entity) AS named
}
CALL (owners, named) {
  UNWIND owners + $owners AS owner
  UNWIND $selves AS name
  MATCH (self:GraphmemEntity {owner: owner, key: name})
  WHERE NOT self IN named
  RETURN collect(DISTINCT self) AS selves
}
CALL (named, selves) {
  UNWIND CASE WHEN $roles = [] THEN [] WHEN $roles_of_self THEN named + selves ELSE named END AS whose
  CALL (whose) {
    MATCH (whose)-[r:RELATES_TO]-(other:GraphmemEntity)
    WITH r, other LIMIT 20000
    WHERE r.retracted_at IS NULL AND (
      (any(begin IN $roles WHERE '_' + r.predicate CONTAINS '_' + begin)
        AND CASE WHEN r.predicate STARTS WITH 'has_' THEN endNode(r) = other WHEN r.predicate ENDS WITH '_of' THEN startNode(r) = other
                 ELSE true END)
      OR (any(begin IN $turned WHERE '_' + r.predicate CONTAINS '_' + begin)
        AND CASE WHEN r.predicate STARTS WITH 'has_' THEN startNode(r) = other WHEN r.predicate ENDS WITH '_of' THEN endNode(r) = other
                 ELSE false END))
    MATCH (m:GraphmemMemory {id: r.memory_id})
    WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
    RETURN other LIMIT 300
  }
  WITH other WHERE NOT other IN named AND NOT other IN selves
  RETURN collect(DISTINCT other) AS held
}
CALL (found, named, selves, held) {
  CALL (found, named, selves, held) {
    UNWIND found AS row
    RETURN row[0] AS m, row[1] AS similarity, row[2] AS bm25, null AS hops, null AS link, row[3] AS best, row[4] AS plan
    UNION ALL
    UNWIND [[named, 'named'], [selves, 'self'], [held, 'role']] AS group
    UNWIND group[0] AS anchor
    CALL (anchor) {
      MATCH (anchor)-[r:RELATES_TO]-(:GraphmemEntity)
      WITH anchor, r LIMIT 20000
      WHERE r.retracted_at IS NULL AND any(begin IN $relations WHERE '_' + r.predicate CONTAINS '_' + begin)
      MATCH (m:GraphmemMemory {id: r.memory_id})
      WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
      RETURN m, r.predicate AS predicate, startNode(r) = anchor AS outward
      ORDER BY r.recorded_at DESC, m.id LIMIT 300
    }
    RETURN m, null AS similarity, null AS bm25, null AS hops, [group[1], predicate, outward] AS link, false AS best, null AS plan
    UNION ALL
    UNWIND named + held AS entity
    CALL (entity, selves) {
      RETURN entity AS near, 0 AS hops
      UNION
      MATCH (entity)-[r:RELATES_TO]-(near:GraphmemEntity)
      WITH r, near, selves LIMIT 300
      WHERE r.retracted_at IS NULL AND NOT near IN selves
      MATCH (m:GraphmemMemory {id: r.memory_id})
      WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
      RETURN DISTINCT near, 1 AS hops
    }
    CALL (near) {
      MATCH (near)<-[:MENTIONS]-(m:GraphmemMemory)
      WITH m LIMIT 1000
      WHERE (m.expires_at IS NULL OR m.expires_at > $now) AND true /*filter m*/
      RETURN m
    }
    WITH m, min(hops) AS hops
    ORDER BY hops, m.updated_at DESC, m.id LIMIT $limit
    WITH collect([m, hops]) AS linked
    UNWIND range(0, size(linked) - 1) AS place
    RETURN linked[place][0] AS m, null AS similarity, null AS bm25, linked[place][1] AS hops, null AS link, place < $around AS best,
           null AS plan
  }
  WITH m, max(similarity) AS similarity, max(bm25) AS bm25, min(hops) AS hops, collect(link) AS links, max(best) AS best,
       max(plan) AS plan
  RETURN collect([m, similarity, bm25, hops, links]) AS grouped, collect(CASE WHEN best THEN m END) AS best,
         max(plan) AS plan
}
// The neighbours of the best. Where the ranges of several of them meet, they are looked up as one.
CALL (best) {
  UNWIND best AS m
  WITH DISTINCT m.conversation AS conversation, m.position AS position
  WHERE position IS NOT NULL AND $reach > 0
  WITH conversation, position ORDER BY conversation, position
  WITH conversation, collect(position) AS positions
  WITH conversation, positions,
       [n IN range(0, size(positions) - 1) WHERE n = 0 OR positions[n] - positions[n - 1] > 2 * $reach + 1] AS firsts
  UNWIND range(0, size(firsts) - 1) AS n
  WITH conversation, positions[firsts[n]] - $reach AS first, positions[coalesce(firsts[n + 1], size(positions)) - 1] + $reach AS last
  MATCH (near:GraphmemMemory)
  USING INDEX SEEK near:GraphmemMemory(conversation, position)
  WHERE near.conversation = conversation AND first <= near.position <= last
    AND (near.expires_at IS NULL OR near.expires_at > $now) AND true /*filter near*/
  RETURN collect(near) AS around
}
// What was found and its neighbours, each once. What was only compared has no list of links, and tells no more than a similarity.
CALL (grouped, around, compared) {
  UNWIND grouped + [m IN around | [m, null, null, null, []]] + compared AS row
  WITH row[0] AS m, max(row[1]) AS similarity, max(row[2]) AS bm25, min(row[3]) AS hops, collect(row[4]) AS links
  WHERE links <> []
  RETURN collect([m, similarity, bm25, hops, reduce(all = [], some IN links | all + some)]) AS reached
}
WITH few, plan, reached AS found
WITH few, plan, found, [row IN found | row[0]] AS memories
// What many of them have is told once, with the places of those that have it.
CALL (memories) {
  UNWIND range(0, size(memories) - 1) AS place
  WITH place, memories[place] AS m
  WITH m.conversation AS conversation, m.role AS role, m.speaker AS speaker, coalesce(m.verbatim, false) AS verbatim,
       collect(place) AS places
  RETURN collect([conversation, role, speaker, verbatim, places]) AS origins
}
CALL (memories) {
  UNWIND range(0, size(memories) - 1) AS place
  WITH place, memories[place] AS m
  MATCH (m)-[:MENTIONS]->(e:GraphmemEntity)
  WITH e.key AS key, e.type AS type, collect(place) AS places
  RETURN collect([key, type, places]) AS entities
}
CALL (memories) {
  UNWIND range(0, size(memories) - 1) AS place
  UNWIND memories[place].categories AS category
  WITH category, collect(place) AS places
  RETURN collect([category, places]) AS categories
}
CALL (memories) {
  UNWIND range(0, size(memories) - 1) AS place
  WITH place, memories[place] AS m
  // What has relations mentions their ends, and most messages mention nothing: that is told faster than by the index.
  WHERE EXISTS { (m)-[:MENTIONS]->() }
  WITH place, m.id AS id
  MATCH (:GraphmemEntity)-[r:RELATES_TO {memory_id: id}]->(:GraphmemEntity)
  WHERE r.retracted_at IS NULL
  WITH r.predicate AS predicate, collect(DISTINCT place) AS places
  RETURN collect([predicate, places]) AS predicates
}
WITH *, [m IN memories | m.stems] AS texts, few[..$sample] AS sample
WITH *, [m IN sample | [m.stems, CASE WHEN size(m.text) > $long THEN sqrt(1.0 * $long / size(m.text)) ELSE 1.0 END]] AS weighed
// One record instead of hundreds, with lists of plain values: drivers read these fastest.
RETURN
  [m IN memories | m.id] AS ids,
  // What other arms and neighbours brought in is compared with the vector too, unless it was.
  [row IN found | coalesce(row[1], vector.similarity.cosine(row[0].embedding, $vector))] AS similarities,
  [row IN found | row[2]] AS bm25,
  [row IN found | row[3]] AS hops,
  [m IN memories | m.position] AS positions,
  [m IN memories | size(m.text)] AS lengths,
  [m IN memories | m.created_at /*micros*/] AS created,
  [m IN memories | m.event_start /*date*/] AS starts,
  [m IN memories | m.event_end /*date*/] AS ends,
  [needle IN $needles | [place IN range(0, size(texts) - 1) WHERE texts[place] CONTAINS needle]] AS held,
  [place IN range(0, size(found) - 1) WHERE size(found[place][4]) > 0 | [place, found[place][4]]] AS links,
  origins, entities, categories, predicates, plan,
  // How many of the memories hold each word, told by a sample.
  size(sample) AS sampled,
  [needle IN $needles |
     reduce(total = 0.0, one IN weighed | total + CASE WHEN one[0] CONTAINS needle THEN one[1] ELSE 0.0 END)
       / CASE size(weighed) WHEN 0 THEN 1 ELSE size(weighed) END] AS shares
