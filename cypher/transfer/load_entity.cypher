// Imports the entities that the store does not hold yet.
// $rows: records of an export, with a title
UNWIND $rows AS row
OPTIONAL MATCH (known:GraphmemEntity {id: row.id})
WITH row WHERE known IS NULL
CREATE (e:GraphmemEntity:Entity)
SET e = row, e.ending = last(split(row.key, ' '))
RETURN count(*) AS made
