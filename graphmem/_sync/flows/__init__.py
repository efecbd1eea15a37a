"""The steps of an add and of a search. Only this code knows their order; the rules for each step are elsewhere."""
