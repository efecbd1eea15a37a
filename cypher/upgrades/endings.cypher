// Gives entities the last word of their key, by which others of the same meaning are found.
// $rows: [{id}]
UNWIND $rows AS row
MATCH (e:Entity {id: row.id})
SET e.ending = last(split(e.key, ' '))
RETURN count(*) AS changed
