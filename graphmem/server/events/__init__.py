"""Events: work that was accepted and is done later, kept in the store until it has ended."""
