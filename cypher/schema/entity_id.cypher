// One :Entity node for each name and type within an owner (its id is made of them): entities of two owners are never one node.
CREATE CONSTRAINT graphmem_entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE
