// One :User node an id.
CREATE CONSTRAINT graphmem_user_id IF NOT EXISTS FOR (s:User) REQUIRE s.id IS UNIQUE
