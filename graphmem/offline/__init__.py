"""What works without a language model: extraction by rules, and a local embedder."""
