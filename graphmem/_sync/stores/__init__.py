"""Stores behind a connection: Neo4j."""
