"""The entities that some memories mention, for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from graphmem.model.related import Related
from graphmem.model.requests import Named


def mentioned(read: Related, keys: Collection[str] | None) -> list[Named]:
    """Each with how many memories mention it, by key, type and id; with `keys` only these."""
    memories = Counter(id for _, id in read.mentions)
    nodes = {each.id: each for each in read.entities}
    same: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for one, other, score in read.same:
        # Only those that these memories mention, too.
        if not {one, other} <= memories.keys():
            continue
        same[one].append((other, nodes[other].name, score))
        same[other].append((one, nodes[one].name, score))
    wanted = [nodes[id] for id in memories if keys is None or nodes[id].key in keys]
    return [
        Named(
            each.id,
            each.name,
            each.type,
            each.aliases,
            memories[each.id],
            tuple(sorted(same[each.id], key=lambda pair: (nodes[pair[0]].key, pair[0]))),
        )
        for each in sorted(wanted, key=lambda each: (each.key, each.type, each.id))
    ]
