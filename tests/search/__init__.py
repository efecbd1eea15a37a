"""How a query is split into words, and how candidates are ranked."""
