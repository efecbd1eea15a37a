"""What is a store's own: schema, queries, plans, repairs, and the server on this machine."""
