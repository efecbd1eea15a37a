"""What is specific to each store: schema, queries, plans, repairs, and the local server."""
