// Deletes twins that no relation of their memory stands beside; `write/twins` does the rest.
// $twinned: ids of memories
OPTIONAL MATCH (from:GraphmemEntity)-[twin:FORMERLY /*twins*/]->(to:GraphmemEntity)
WHERE twin.memory_id IN $twinned AND NOT EXISTS { MATCH (from)-[r:RELATES_TO]->(to) WHERE r.memory_id = twin.memory_id }
DELETE twin
RETURN count(*) AS deleted
