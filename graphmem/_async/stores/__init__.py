"""Stores that are reached by waiting."""
