"""The Neo4j store without its connection: statements, the query files, records, errors, and a local server."""
