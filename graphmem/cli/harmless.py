"""Text that plays no tricks on a terminal. Anybody may have written a memory."""

from __future__ import annotations

import io
import sys
import unicodedata

# Overrides of the direction of writing, by which "exe.gnp" reads as "png.exe".
_OVERRIDES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_REPLACED = dict.fromkeys(_OVERRIDES, "\N{REPLACEMENT CHARACTER}")
# What JSON lets stand and what changes what a terminal shows: these, and the second block of control characters. → As JSON escapes.
_TRICKS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *_OVERRIDES)}


def harmless(text: str) -> str:
    """Text without control characters, overrides of the direction of writing, and lone surrogates.

    Such characters could move the cursor, change colours or turn words round on the terminal.
    """
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
        else "\N{REPLACEMENT CHARACTER}"
        for character in text.translate(_REPLACED)
    )


def harmless_json(line: str) -> str:
    """JSON with escapes for what could play tricks on a terminal. It is the same JSON."""
    return line.translate(_TRICKS)


class HarmlessJson(io.TextIOBase):
    """Standard output for lines of JSON."""

    def write(self, line: str) -> int:
        return sys.stdout.write(harmless_json(line))
