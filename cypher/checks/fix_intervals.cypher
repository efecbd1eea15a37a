// Puts the times of versions in order, where the clock went back: none begins before those that it follows, and each ends when the next
// one begins.
// $ids: versions whose chains are put in order
MATCH (broken:GraphmemVersion)
WHERE broken.id IN $ids
WITH DISTINCT broken.memory_id AS id
MATCH (v:GraphmemVersion {memory_id: id})
WITH id, v ORDER BY v.number
WITH id, collect(v) AS chain
WITH chain, [last IN range(0, size(chain) - 1) | reduce(latest = chain[0].recorded_from, v IN chain[..last + 1] |
       CASE WHEN v.recorded_from > latest THEN v.recorded_from ELSE latest END)] AS starts
UNWIND range(0, size(chain) - 1) AS place
WITH chain[place] AS v, starts[place] AS start, starts[place + 1] AS finish
SET v.recorded_from = start, v.recorded_to = finish
