"""How text is compared: as people read it, not as it happens to be written.

"é" may be one character or two, full-width "Ａ" and "A" are the same letter, and so are capital and small ones where a comparison
ignores case. What callers gave is kept and given back as it was; only comparisons see these forms.
"""

from __future__ import annotations

import unicodedata


def _widths() -> dict[int, str]:
    """Full-width and half-width characters → those of common width."""
    found = {}
    for code in (0x3000, *range(0xFF01, 0xFFEF)):
        kind, _, other = unicodedata.decomposition(chr(code)).partition(" ")
        if kind in ("<wide>", "<narrow>"):
            found[code] = chr(int(other, 16))
    return found


_WIDTHS = _widths()


def spelled(text: str) -> str:
    """One spelling for all that look alike: composed letters (Unicode's NFC) of common width. Case is kept."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_WIDTHS))


def folded(text: str) -> str:
    """The spelling for comparisons that ignore case. Folding what is folded changes nothing.

    Unicode's full case folding ("ß" is "ss"), and the dotted and the dotless i of Turkish are an "i" as well: which of them a capital
    stands for depends on the language, which nothing tells.
    """
    if text.isascii():
        return text.lower()
    # Decomposed before the folding (Unicode Standard 3.13, D145), because it may reorder marks.
    plain = unicodedata.normalize("NFD", text.translate(_WIDTHS)).casefold()
    return unicodedata.normalize("NFC", plain.replace("i\u0307", "i").replace("ı", "i"))
