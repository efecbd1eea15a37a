"""The steps of an add and of a search: the only code that knows their order."""
