"""The order of things: the only code that knows what comes after what in an add and in a search."""
