// The entity that stands for a user is titled with the user's id, and has no other name.
MATCH (e:GraphmemEntity)
WHERE e.key = 'user' AND e.name IS NOT NULL
CALL (e) {
  SET e.title = coalesce(head(COLLECT { MATCH (e)<-[:NAMES]-(v:GraphmemVersion) WHERE v.user_id IS NOT NULL RETURN v.user_id LIMIT 1 }), e.key)
  REMOVE e.name
} IN TRANSACTIONS OF 1000 ROWS
