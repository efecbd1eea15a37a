// The memories, current or withdrawn, that carry all of these ids.
// $user_id: or null for any; likewise the others
// $agent_id: see $user_id
// $app_id: see $user_id
// $run_id: see $user_id
MATCH (v:Version)
WHERE ($user_id IS NULL OR v.user_id = $user_id) AND ($agent_id IS NULL OR v.agent_id = $agent_id)
  AND ($app_id IS NULL OR v.app_id = $app_id) AND ($run_id IS NULL OR v.run_id = $run_id)
RETURN DISTINCT v.memory_id AS id ORDER BY id
