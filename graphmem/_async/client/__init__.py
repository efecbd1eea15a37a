"""The client. Each file holds one group of its calls."""
