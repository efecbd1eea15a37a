"""Words that most memories hold say nothing about which of them is meant: the name of the one they all speak of, for instance."""

from __future__ import annotations

from collections.abc import Sequence, Set

from graphmem.model.filter import Filter
from graphmem.model.requests import Findings
from graphmem.model.words import Term

# A term is commonplace where more than this share of the memories within the filter hold it.
_SHARE = 0.3
# Among fewer memories, a share says nothing.
_LEAST_SAMPLED = 20
_MOST_FILTERS = 1_000


def commonplace(terms: Sequence[Term], findings: Findings) -> frozenset[str]:
    """Stems of the terms that say nothing among the memories of this search. They are left out of the text that is embedded."""
    if findings.sampled < _LEAST_SAMPLED:
        return frozenset()
    return frozenset(term.stem for term, share in zip(terms, findings.shares, strict=True) if share > _SHARE)


class Commonplace:
    """What was commonplace within a filter when it was last asked, so that a search need not embed its query twice."""

    def __init__(self) -> None:
        self._stems: dict[Filter, Set[str]] = {}

    def expected(self, filter: Filter, terms: Sequence[Term]) -> frozenset[str]:
        """Which of these terms are likely to be commonplace within the filter."""
        return frozenset(self._stems.get(filter, frozenset()) & {term.stem for term in terms})

    def remember(self, filter: Filter, terms: Sequence[Term], common: Set[str]) -> None:
        """What these terms have turned out to be."""
        if len(self._stems) >= _MOST_FILTERS:
            self._stems = {}
        self._stems[filter] = self._stems.get(filter, frozenset()) - {term.stem for term in terms} | common
