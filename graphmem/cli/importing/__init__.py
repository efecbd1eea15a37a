"""`graphmem import`: reads chat transcripts into a store."""
