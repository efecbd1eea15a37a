"""Shared by tests and generators: servers, stand-ins for language models, corpora. No tests."""
