"""The servers: over HTTP, and for agents."""
