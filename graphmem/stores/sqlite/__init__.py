"""The embedded store: one SQLite file with full-text index, and exact vectors in memory."""
