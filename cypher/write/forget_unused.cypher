// Deletes the nodes of users, agents, apps, runs and categories that lost their last memory through these versions, unless another
// program changed them or linked to them.
// $left: ids of versions that withdrew a memory or gave it other categories
UNWIND $left AS id
MATCH (v:GraphmemVersion {id: id})-[:PREVIOUS]->(old:GraphmemVersion)
CALL (v, old) {
  WITH * WHERE v.event = 'DELETE' MATCH (n:GraphmemUser {id: old.user_id}) RETURN n
  UNION ALL
  WITH * WHERE v.event = 'DELETE' MATCH (n:GraphmemAgent {id: old.agent_id}) RETURN n
  UNION ALL
  WITH * WHERE v.event = 'DELETE' MATCH (n:GraphmemApp {id: old.app_id}) RETURN n
  UNION ALL
  WITH * WHERE v.event = 'DELETE' MATCH (n:GraphmemRun {id: old.run_id}) RETURN n
  UNION ALL
  UNWIND coalesce(old.categories_spelled, old.categories) AS name
  WITH * WHERE v.event = 'DELETE' OR NOT name IN coalesce(v.categories_spelled, v.categories)
  MATCH (n:GraphmemCategory {name: name}) RETURN n
}
// All writers lock in the same order, so that they don't deadlock. The lock comes before the question whether a node is used,
// because an add may be linking to it at this moment.
WITH DISTINCT n ORDER BY head(labels(n)), n.caption
SET n.lock = true
REMOVE n.lock
WITH n WHERE NOT (n)--() AND size(keys(n)) = 2 AND n.caption = coalesce(n.id, n.name)
  AND all(label IN labels(n) WHERE label IN ['GraphmemUser', 'GraphmemAgent', 'GraphmemApp', 'GraphmemRun', 'GraphmemCategory', 'User', 'Agent', 'App', 'Run', 'Category'])
DELETE n
RETURN count(*) AS forgotten
