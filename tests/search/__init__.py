"""How a query is cut into words, and candidates into one order."""
