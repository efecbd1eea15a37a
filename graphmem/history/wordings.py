"""What became of a text, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher


def compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Two texts as runs of words: whether a run stands in both, its words in the first text, and its words in the second.

    Of a run that both have, these are the same; of another one, either may be empty.
    """
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield kind == "equal", before[start:end], after[first:last]
