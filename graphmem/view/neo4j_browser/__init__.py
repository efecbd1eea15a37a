"""Neo4j Browser: links that open it with a saved query, and the style and the guide that it can fetch."""
