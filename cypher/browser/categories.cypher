// How a user's memories are filed: the categories and what is in them.
// $user: the user's id
MATCH p = (:GraphmemUser {id: $user})-[:HAS_MEMORY]->(:GraphmemMemory)-[:IN_CATEGORY]->(:GraphmemCategory)
RETURN p
LIMIT 300
