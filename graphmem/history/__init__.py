"""Undo, the state of a store at a past time, and differences between two times. Pure."""
