"""Reading transcripts into a store: `graphmem import`."""
