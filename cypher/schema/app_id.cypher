// One :App node an id.
CREATE CONSTRAINT graphmem_app_id IF NOT EXISTS FOR (s:App) REQUIRE s.id IS UNIQUE
