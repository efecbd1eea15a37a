"""The memory as tools of the Model Context Protocol (MCP), for every agent that speaks it."""
