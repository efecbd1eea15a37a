// One :Entity node for each name within an owner: entities of two owners are never one node.
CREATE CONSTRAINT graphmem_entity_key IF NOT EXISTS FOR (e:Entity) REQUIRE (e.owner, e.key) IS UNIQUE
