"""How an entity is called where only some memories may be told of: as these say it, not as others do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphmem.model.memory import StoredMemory, StoredRelation
from graphmem.model.related import Related, as_said


def within(read: Related) -> Related:
    """What was read, with the entities called as the memories in it call them."""
    texts = [memory.text for memory in read.memories]

    def said(names: Iterable[str]) -> list[str]:
        return [name for name in names if any(name in text for text in texts)]

    nodes = []
    for node in read.entities:
        name, aliases = node.name, node.aliases
        if aliases:
            name, aliases = as_said(name, aliases, said((name, *aliases)))
        nodes.append(replace(node, name=name, aliases=aliases))
    return replace(read, entities=tuple(nodes))


def called(relations: Sequence[StoredRelation], memories: Iterable[StoredMemory]) -> list[StoredRelation]:
    """Relations with names in place of ids, in which each is spelled as one of the memories spells it, if one does.

    Args:
        memories: those that support the relations.
    """
    texts = {memory.id: memory.text for memory in memories}

    def spelled(name: str, memory_id: str) -> str:
        own = texts.get(memory_id, "")
        if name in own or any(name in text for text in texts.values()):
            return name
        other = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", own, re.IGNORECASE)
        return name if other is None else other[0]

    return [
        replace(each, source=spelled(each.source, each.memory_id), target=spelled(each.target, each.memory_id))
        for each in relations
    ]
