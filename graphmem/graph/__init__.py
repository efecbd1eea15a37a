"""Answers made of relations: neighbours, the shortest paths, a graph to look at. Pure."""
