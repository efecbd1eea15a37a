"""Everything that waits: the stores, the models, the clients. Written by hand; _sync is generated from it."""
