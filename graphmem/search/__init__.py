"""The words of a query, and one ranking of what all arms of a search found. Pure."""
