"""Text for formats that can't hold every character."""

from __future__ import annotations


def printable(text: str) -> str:
    """The same text with a space for each character that is not printed: XML, for one, can't hold control characters."""
    return "".join(character if character.isprintable() else " " for character in text)
