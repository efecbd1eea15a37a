"""Filters: a caller's dict is parsed once into a tree, and each target has a compiler for that tree."""
