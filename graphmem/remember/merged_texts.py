"""What a memory keeps of its relations and entities when an UPDATE gives it a text that says what the old and the new one do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphmem.model.changes import Kept
from graphmem.model.memory import StoredRelation, entity_key
from graphmem.model.words import stems
from graphmem.remember.facts import Fact, Triple
from graphmem.remember.supersedes import ends

# (entity key of the source, predicate, entity key of the target)
_Keys = tuple[str, str, str]


def kept(fact: Fact, text: str, supported: Sequence[StoredRelation]) -> Kept:
    """What stays of the old version: all but what the new fact ends, or tells with times of its own.

    Args:
        text: the new one. supported: relations in force of the memory, with the names of their ends.
    """
    known = dict.fromkeys(map(_keys, supported))
    over = [old for old in known if any(_over(triple, old) for triple in fact.relations)]
    anew = {_keys(triple) for triple in fact.relations if _timed(triple)}
    ended = tuple(old for old in known if old in over or old in anew)
    named = {end for old in known if old not in ended for end in (old[0], old[2])}
    words = frozenset(stems(text))
    gone = dict.fromkeys(target for _, _, target in over if target not in named and not words.issuperset(stems(target)))
    return Kept(ended, tuple(gone))


def new_relations(fact: Fact, supported: Sequence[StoredRelation]) -> Fact:
    """The fact without relations that the memory supports already: they stay as they are, with the times that are known of them."""
    known = set(map(_keys, supported))
    return replace(fact, relations=tuple(each for each in fact.relations if _timed(each) or _keys(each) not in known))


def _over(triple: Triple, old: _Keys) -> bool:
    source, predicate, target = _keys(triple)
    return source == old[0] and ends(predicate, target, *old[1:])


def _timed(triple: Triple) -> bool:
    return triple.since is not None or triple.until is not None


def _keys(relation: Triple | StoredRelation) -> _Keys:
    return entity_key(relation.source), relation.predicate, entity_key(relation.target)
