// Deletes a record.
// $key: its kind and id, with a slash between them
MATCH (r:GraphmemRecord {key: $key})
DETACH DELETE r
RETURN count(*) AS discarded
