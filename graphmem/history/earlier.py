"""What was so before: past states of memories, for questions about the past. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from graphmem.filters.to_python import holds
from graphmem.model.filter import Filter
from graphmem.model.memory import StoredVersion


@dataclass(frozen=True, slots=True)
class Earlier:
    """A state that holds no more.

    Attributes:
        since, until: from when to when it was so, as far as it was told (the caller's clock).
        beside: id of the memory that was asked about: its own, or one that the call which ended it wrote.
    """

    memory_id: str
    text: str
    since: datetime
    until: datetime
    beside: str


def earlier(
    versions: Iterable[StoredVersion], asked: Collection[str], filter: Filter, now: datetime, as_of: datetime | None
) -> list[Earlier]:
    """The past states of the memories asked about, and those that what they say withdrew.

    A caller who deletes a memory wants it out of sight: what was withdrawn is told only where a call that wrote one of these did it.

    Args:
        versions: chains of the memories asked about, and of others that the same calls changed; oldest first, some perhaps twice.
        filter: what the states must meet. now: what has expired by then is not told. as_of: what was recorded later is not known yet.
    """
    chains: dict[str, dict[str, StoredVersion]] = {}
    for version in versions:
        if as_of is None or version.recorded_from <= as_of:
            chains.setdefault(version.memory.id, {})[version.id] = version
    # Call → the memory asked about that it wrote, the first of them.
    wrote: dict[str, str] = {}
    for id in asked:
        for version in chains.get(id, {}).values():
            if version.event != "DELETE":
                wrote.setdefault(version.change_set, id)
    found = []
    for memory_id, chain in chains.items():
        *_, last = states = list(chain.values())
        for state, following in pairwise(states):
            said, withdrawn = state.memory, following.event == "DELETE"
            beside = memory_id if memory_id in asked and not withdrawn else wrote.get(following.change_set)
            if beside is None or state.event == "DELETE" or (memory_id not in asked and not withdrawn):
                continue
            if said.text in (following.memory.text, last.memory.text) and not (withdrawn and following is last):
                continue
            alive = said.expiration_date is None or said.expiration_date > now
            if alive and holds(filter, said):
                found.append(Earlier(memory_id, said.text, said.updated_at, following.memory.updated_at, beside))
    return found
