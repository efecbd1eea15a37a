// One :Entity node for each owner, name and type, because the id is made from these. So two owners never share an entity.
CREATE CONSTRAINT graphmem_entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE
