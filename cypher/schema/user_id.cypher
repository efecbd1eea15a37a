// No two :User nodes have the same id.
CREATE CONSTRAINT graphmem_user_id IF NOT EXISTS FOR (s:User) REQUIRE s.id IS UNIQUE
