"""Pages for people: the memory as a picture, in Neo4j Browser and without it."""
