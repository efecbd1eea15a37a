// Events of a kind that carry all of these ids, newest first, and how many there are.
// $kind: such as add
// $user_id: null for any
// $agent_id: null for any
// $app_id: null for any
// $run_id: null for any
// $offset: how many are left out
// $limit: how many at most
MATCH (e:GraphmemEvent {kind: $kind})
WHERE ($user_id IS NULL OR e.user_id = $user_id) AND ($agent_id IS NULL OR e.agent_id = $agent_id)
  AND ($app_id IS NULL OR e.app_id = $app_id) AND ($run_id IS NULL OR e.run_id = $run_id)
WITH count(e) AS total
RETURN total, COLLECT {
  MATCH (e:GraphmemEvent {kind: $kind})
  WHERE ($user_id IS NULL OR e.user_id = $user_id) AND ($agent_id IS NULL OR e.agent_id = $agent_id)
    AND ($app_id IS NULL OR e.app_id = $app_id) AND ($run_id IS NULL OR e.run_id = $run_id)
  RETURN e {.*} ORDER BY e.seq DESC SKIP $offset LIMIT $limit
} AS events
