"""Promises of the whole: what holds across stores, clients, processes and time."""
