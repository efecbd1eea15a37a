"""Paths, neighbours and pictures: the rules by themselves, and against networkx."""
