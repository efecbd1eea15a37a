// One :GraphmemEntity node for each owner, name and type, because the id is made from these. So two owners never share an entity.
CREATE CONSTRAINT graphmem_own_entity_id IF NOT EXISTS FOR (e:GraphmemEntity) REQUIRE e.id IS UNIQUE
