// Deletes what graphmem wrote, in batches: nodes of its labels that also carry the keys it gives them. Not for a transaction of one's own.
MATCH (n:Memory|DeletedMemory|Version|Message|Conversation|Entity)
WHERE (n:Memory AND n.identity IS NOT NULL AND n.version_id IS NOT NULL)
   OR (n:DeletedMemory AND n.deleted_at IS NOT NULL)
   OR (n:Version AND n.memory_id IS NOT NULL AND n.change_set IS NOT NULL)
   OR (n:Message AND n.change_set IS NOT NULL AND n.conversation IS NOT NULL)
   OR (n:Conversation AND n.key IS NOT NULL AND n.messages IS NOT NULL)
   OR (n:Entity AND n.owner IS NOT NULL AND n.key IS NOT NULL)
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 1000 ROWS
RETURN count(*) AS deleted
