"""Relations written straight into a store, as an add that found them would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from graphmem.model import times
from graphmem.model.changes import ChangeSet, Create, Relate, Unite
from graphmem.model.ids import new_id
from graphmem.model.memory import Entity, Scope, StoredMemory, StoredRelation

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
Triple = tuple[str, str, str]


def tell(store: Any, triples: Iterable[Triple], scope: Scope = Scope("alex"), **terms: Any) -> list[str]:
    """A memory for each, a minute apart, oldest first; their ids.

    Args:
        store: an object with `apply`. terms: more fields of the memories, and `valid_from` and `valid_to` of the relations.
    """
    valid = {name: terms.pop(name) for name in ("valid_from", "valid_to") if name in terms}
    changes: list[Any] = []
    ids = []
    for n, (source, predicate, target) in enumerate(triples):
        ends, at = (Entity(source), Entity(target)), START + timedelta(minutes=n)
        memory = replace(StoredMemory(new_id(), f"{source} {predicate} {target} {n}", scope, new_id(), at, at), **terms)
        relation = StoredRelation(ends[0].id(scope.owner), predicate, ends[1].id(scope.owner), memory.id, **valid)
        changes += [Create(memory, None), Relate(memory.id, scope.owner, ends, (relation,))]
        ids.append(memory.id)
    store.apply([ChangeSet(new_id(), times.now(), tuple(changes))])
    return ids


def unite(store: Any, pairs: Iterable[tuple[str, str]], scope: Scope = Scope("alex")) -> None:
    """Entities by name, each pair one from now on."""
    changes = tuple(Unite(Entity(one).id(scope.owner), Entity(other).id(scope.owner)) for one, other in pairs)
    store.apply([ChangeSet(new_id(), times.now(), changes)])
