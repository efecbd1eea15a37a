"""What tests and generators share: servers, stand-ins for language models, corpora. No tests."""
