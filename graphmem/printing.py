"""What callers gave, as error messages show it. Pure."""

from __future__ import annotations

MOST = 80


def shown(given: object) -> str:
    """At most 80 characters, whatever it is."""
    try:
        text = repr(given)
    except Exception:
        # Python prints no integer of more than 4,300 digits, and an object's repr may do anything.
        text = f"an int of {given.bit_length():,} bits" if isinstance(given, int) else f"a {type(given).__name__}"
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."
