// Versions whose time does not end when the next version's begins.
MATCH (v:GraphmemVersion)
OPTIONAL MATCH (v)<-[:PREVIOUS]-(n:GraphmemVersion)
WITH v, n
WHERE v.recorded_to < v.recorded_from OR (v.recorded_to IS NULL) <> (n IS NULL) OR v.recorded_to <> n.recorded_from
RETURN v.id AS id
