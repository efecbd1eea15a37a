// Memories whose versions are not numbered 1, 2, 3, ..., do not form one chain, or do not end in one current version.
MATCH (v:GraphmemVersion)
WITH v.memory_id AS id, count(*) AS versions, min(v.number) AS first, max(v.number) AS last,
     sum(COUNT { (v)<-[:CURRENT]-(:GraphmemMemory|GraphmemDeletedMemory) }) AS current, sum(COUNT { (v)-[:PREVIOUS]->(:GraphmemVersion) }) AS links,
     max(COUNT { (v)<-[:PREVIOUS]-(:GraphmemVersion) }) AS forks
WHERE versions <> last OR first <> 1 OR current <> 1 OR links <> versions - 1 OR forks > 1
RETURN id
