// Notes which words memories hold.
// $rows: [{id, stems}]; stems: the distinct stems of the text, each between spaces
UNWIND $rows AS row
MATCH (m:Memory {id: row.id})
SET m.stems = row.stems
RETURN count(*) AS noted
