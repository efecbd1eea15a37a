"""The nouns that everything else speaks of: memories, changes, requests, filters, times, ids."""
