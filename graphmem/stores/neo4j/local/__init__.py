"""The parts of a local Neo4j server: `graphmem.stores.neo4j.local_server` puts them together."""
