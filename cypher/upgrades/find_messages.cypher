// Makes messages that are there findable, without vectors, and notes up to which they were looked at.
// $rows: [{id, found}]; found: the properties by which searches find the message, null if they don't
UNWIND $rows AS row
CALL (row) {
  WITH * WHERE row.found IS NOT NULL
  MATCH (m:Message {id: row.id})
  SET m:SaidMessage
  SET m += row.found
}
WITH max(row.id) AS last
MATCH (s:GraphMem {key: 'store'})
SET s.upgrade_cursor = last
RETURN count(*) AS noted
