"""What a search tells of the memories that its arms found, and their neighbours in the conversation. Within one read transaction."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from graphmem.model.requests import Candidate
from graphmem.model.walk import Link
from graphmem.model.words import Term
from graphmem.stores.sqlite.entity_names import EntityNames, Keys
from graphmem.stores.sqlite.told import Told, ToldCache

_READ = "m.seq, m.version_id, x.seq, m.vector"
# Found in an index of messages, which are not read.
_MESSAGE = " LEFT JOIN message x ON x.conversation = m.conversation AND x.position = m.position"


class Picked:
    """The candidates of one search.

    Args:
        terms: it is told which of them each candidate holds.
    """

    def __init__(
        self, execute: Callable[..., sqlite3.Cursor], terms: Sequence[Term], told: ToldCache, names: EntityNames
    ) -> None:
        self._execute = execute
        self._cache = told
        self._names = names
        self._needles = needles_of(terms)
        self._told: dict[int, Told] = {}
        self._vectors: dict[int, int | None] = {}
        # Of what was told, once the candidates are made.
        self._held: dict[int, tuple[int, ...]] = {}

    def neighbours(
        self,
        best: Collection[int],
        reach: int,
        where: str,
        parameters: Mapping[str, Any],
    ) -> None:
        """Read what meets the condition on `memory m` and stands up to `reach` messages away from the best, and the best themselves."""
        if not reach or not best:
            return
        places = self._execute(
            "SELECT m.conversation, m.position FROM json_each(?) b CROSS JOIN memory m ON m.seq = b.value"
            " WHERE m.conversation IS NOT NULL ORDER BY 1, 2",
            (json.dumps(list(best)),),
        )
        # The join order and the index are forced: SQLite would scan all of the user's memories for each of the best.
        self._read(
            "json_each(:ranges) w CROSS JOIN memory m INDEXED BY memory_in_conversation"
            " ON m.conversation = json_extract(w.value, '$[0]')"
            " AND m.position BETWEEN json_extract(w.value, '$[1]') AND json_extract(w.value, '$[2]')",
            f" WHERE {where}",
            {**parameters, "ranges": json.dumps(list(ranges(places, reach)))},
        )

    def found(self, seqs: Collection[int]) -> None:
        """Read those of these that were not read as neighbours."""
        if wanted := [seq for seq in seqs if seq not in self._told]:
            self._read(
                "json_each(:wanted) w CROSS JOIN memory m ON m.seq = w.value", "", {"wanted": json.dumps(wanted)}
            )

    def _read(self, tables: str, condition: str, parameters: Mapping[str, Any]) -> None:
        rows = self._execute(f"SELECT {_READ} FROM {tables}{_MESSAGE}{condition}", parameters).fetchall()
        self._vectors.update((seq, vector) for seq, _, _, vector in rows)
        self._told.update(self._cache.of(self._execute, [row[:3] for row in rows]))

    def vectors(self) -> Iterator[tuple[int, int]]:
        """(seq, vector) of those that have one."""
        return ((seq, vector) for seq, vector in self._vectors.items() if vector is not None)

    def sampled(self, rows: Sequence[tuple[int, str]]) -> list[tuple[int, tuple[int, ...]]]:
        """The length of each of these memories, and the places of the terms that it holds. rows: (seq, version)."""
        told = self._cache.texts(self._execute, rows)
        held = self._held | self._holding({seq: row for seq, row in told.items() if seq not in self._told})
        return [(row.length, held.get(seq, ())) for seq, _ in rows if (row := told.get(seq)) is not None]

    def _holding(self, told: Mapping[int, Told]) -> dict[int, tuple[int, ...]]:
        """The places of the terms that each memory holds, of those that hold any."""
        texts = [(seq, row.stems) for seq, row in told.items() if row.stems]
        found: defaultdict[int, list[int]] = defaultdict(list)
        # Term by term: most memories hold none, and looking at each by itself takes longer.
        for place, needle in self._needles:
            for seq in [seq for seq, stems in texts if needle in stems]:
                found[seq].append(place)
        return {seq: tuple(places) for seq, places in found.items()}

    def candidates(
        self,
        similar: Mapping[int, float],
        text: Mapping[int, float],
        hops: Mapping[int, int],
        links: Mapping[int, Iterable[Link]],
    ) -> tuple[Candidate, ...]:
        """All that was read, with what the arms say of it."""
        if not self._told:
            return ()
        entities = entities_of(self._execute, self._names, self._told)
        labels = labels_of(self._execute, self._told, entities)
        held = self._held = self._holding(self._told)
        none: Keys = ((), ())
        seqs = list(self._told)
        _, _, ids, conversations, positions, lengths, created, stems, verbatim, roles, speakers, events, _ = zip(
            *self._told.values(), strict=True
        )
        keys, people = zip(*[entities.get(seq, none) for seq in seqs], strict=True)
        # By columns: there are hundreds of them.
        columns = (
            ids, map(similar.get, seqs), map(text.get, seqs), map(hops.get, seqs), conversations, positions,
            [held.get(seq, ()) for seq in seqs], lengths, created, verbatim, roles, speakers, keys, people,
            [labels.get(seq, ()) for seq in seqs], [tuple(links[seq]) if seq in links else () for seq in seqs], stems, events,
        )  # fmt: skip
        return tuple(map(Candidate._make, zip(*columns, strict=True)))


def entities_of(execute: Callable[..., sqlite3.Cursor], names: EntityNames, seqs: Collection[int]) -> dict[int, Keys]:
    """The keys of the entities that each of these memories mentions, and those of the people among them; of those that mention any."""
    rows = execute(
        "SELECT n.memory, group_concat(n.entity) FROM json_each(?) w CROSS JOIN mention n ON n.memory = w.value GROUP BY n.memory",
        (json.dumps(list(seqs)),),
    ).fetchall()
    keys = names.of(execute, (numbers for _, numbers in rows))
    return {seq: keys[numbers] for seq, numbers in rows}


def labels_of(
    execute: Callable[..., sqlite3.Cursor], told: Mapping[int, Told], mentioning: Collection[int]
) -> Mapping[int, tuple[str, ...]]:
    """The categories of each memory, and the predicates of its relations in force; of those that have any.

    Args:
        mentioning: those that mention an entity; no others have relations.
    """
    labels: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    labels.update((seq, row.categories) for seq, row in told.items() if row.categories)
    if not mentioning:
        return labels
    for seq, predicate in execute(
        "SELECT DISTINCT m.seq, r.predicate FROM json_each(?) w CROSS JOIN memory m ON m.seq = w.value"
        " CROSS JOIN relation r ON r.memory_id = m.id WHERE r.retracted_at IS NULL ORDER BY r.predicate",
        (json.dumps(list(mentioning)),),
    ):
        labels[seq] = (*labels[seq], predicate)
    return labels


def needles_of(terms: Sequence[Term]) -> list[tuple[int, str]]:
    """What to look for in a list of stems, by the place of its term."""
    return [(place, term.needle) for place, term in enumerate(terms)]


def held(stem_list: str | None, needles: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    """The places of those that are in a list of stems, as a memory has it."""
    return tuple([place for place, needle in needles if needle in stem_list]) if stem_list else ()


def ranges(places: Iterable[tuple[str, int]], reach: int) -> Iterator[tuple[str, int, int]]:
    """(conversation, first, last) of the messages up to `reach` away from these, each once. places: ascending."""
    for conversation, group in groupby(places, key=itemgetter(0)):
        first = last = None
        for _, position in group:
            if first is None or last is None or position - reach > last + 1:
                if first is not None and last is not None:
                    yield conversation, first, last
                first = position - reach
            last = position + reach
        if first is not None and last is not None:
            yield conversation, first, last
