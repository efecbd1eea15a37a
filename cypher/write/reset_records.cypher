// Step 9 of a reset: deletes the records of servers that are about memories. Keys and settings stay.
MATCH (r:GraphmemRecord)
WHERE r.kind IN ['export', 'feedback']
DETACH DELETE r
