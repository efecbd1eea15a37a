"""Data as JSON that stands within an HTML page."""

from __future__ import annotations

import json
from typing import Any

# As JSON's own escapes: none of these is markup, so no text can end the script element or begin another.
_ESCAPED = tuple((character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029")


def embedded(value: Any) -> str:
    """JSON that stands in a script element: no text in it can end the element or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates can't be written as UTF-8.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    for character, escaped in _ESCAPED:
        text = text.replace(character, escaped)
    return text
