"""The parts of the Neo4j store that need no connection: queries, records, errors; and a local server."""
