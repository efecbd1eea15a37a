"""The data types that everything else is built on: memories, changes, requests, filters, times, ids."""
