"""Passwords, keys, tokens and card numbers: how they are found in what was said, and left out of what is remembered."""
