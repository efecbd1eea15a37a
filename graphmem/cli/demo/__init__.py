"""The conversations and searches of `graphmem demo`."""
