"""Filters: a dict is parsed once into a frozen tree, and each store has a compiler for that tree."""

from graphmem.filters.ast import EVERYTHING, And, Compare, Filter, Not, Op, Or, Path, conjunction
from graphmem.filters.parse import parse

__all__ = ["EVERYTHING", "And", "Compare", "Filter", "Not", "Op", "Or", "Path", "conjunction", "parse"]
