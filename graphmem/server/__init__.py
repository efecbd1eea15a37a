"""The memory, served to others: over HTTP, and to agents as tools."""
