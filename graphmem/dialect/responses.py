"""Our values → the dicts of the memory-operations dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from graphmem.errors import ValidationError
from graphmem.history.undo import Step
from graphmem.model.memory import SCOPE_FIELDS, Memory, Message, Relation, Scope, Version
from graphmem.model.requests import Named, Owner, Page
from graphmem.remember.call import Added
from graphmem.remember.usage import Usage
from graphmem.search.ranking import Hit

Json = dict[str, Any]

MEMORY_FIELDS = (
    "id",
    "memory",
    *SCOPE_FIELDS,
    "hash",
    "metadata",
    "categories",
    "immutable",
    "expiration_date",
    "created_at",
    "updated_at",
)
_SEARCH_FIELDS = (*MEMORY_FIELDS, "score", "explain")


def memory(given: Memory) -> Json:
    return {
        "id": given.id,
        "memory": given.text,
        **_ids(given.scope),
        "hash": given.hash,
        "metadata": dict(given.metadata),
        "categories": list(given.categories),
        "immutable": given.immutable,
        "expiration_date": iso(given.expiration_date),
        "created_at": iso(given.created_at),
        "updated_at": iso(given.updated_at),
    }


def hit(given: Memory, score: float, explanation: Json | None) -> Json:
    found = memory(given) | {"score": score}
    return found if explanation is None else found | {"explain": explanation}


def explanation(hit: Hit, hits: Sequence[Hit], plan: str, sources: Sequence[Message]) -> Json:
    """Why a memory was found: rank (from 1) and score in each arm that found it, neighbours that helped, source messages.

    `plan` says how the vector arm was searched, as in Findings.
    """
    arms: Json = {}
    for arm in ("vector", "text"):
        score = getattr(hit.candidate, arm)
        if score is not None:
            better = sum(1 for other in hits if (getattr(other.candidate, arm) or 0) > score)
            arms[arm] = {"rank": better + 1, "score": score}
    if "vector" in arms:
        arms["vector"]["plan"] = plan
    if hit.candidate.hops is not None:
        closer = sum(
            1 for other in hits if other.candidate.hops is not None and other.candidate.hops < hit.candidate.hops
        )
        arms["graph"] = {"rank": closer + 1, "score": 1 / (1 + hit.candidate.hops), "hops": hit.candidate.hops}
    return {
        "arms": arms,
        "own_score": hit.own,
        "neighbours": list(hit.neighbours),
        "messages": [message(each) for each in sources],
    }


def added(given: Added, output_format: str, *, explain: bool) -> Any:
    """What an add answers: v1.0 the bare list, v1.1 with relations and, where wanted, what was left out and what it cost."""
    rows: list[Json] = [{"id": id, "memory": text, "event": "NONE"} for id, text in given.known.items()]
    for each in given.outcomes:
        row = {"id": each.memory.id, "memory": each.memory.text, "event": each.event}
        rows.append(row if each.previous is None else row | {"previous_memory": each.previous})
    answer = results(rows, given.relations, output_format)
    if explain and output_format != "v1.0":
        answer["explain"] = {
            "event_id": given.id,
            "unsupported": given.extraction.unsupported,
            "unwanted": given.extraction.unwanted,
            "dropped": given.extraction.dropped,
            "settled": given.settled,
            "recalled": given.recalled,
            "usage": usage(given.usage),
        }
    return answer


def usage(given: Usage) -> Json:
    return asdict(given)


def step(given: Step) -> Json:
    """One memory that an undo put back: withdrawn (DELETE), there again (ADD), or what it was before (UPDATE)."""
    if given.memory is None:
        return {"id": given.memory_id, "memory": None, "event": "DELETE"}
    return {"id": given.memory_id, "memory": given.memory.text, "event": "ADD" if given.revives else "UPDATE"}


def relation(given: Relation) -> Json:
    return {
        "source": given.source,
        "relationship": given.predicate,
        "target": given.target,
        "memory_id": given.memory_id,
        "valid_from": iso(given.valid_from),
        "valid_to": iso(given.valid_to),
    }


def message(given: Message) -> Json:
    found: Json = {"role": given.role, "content": given.content}
    found |= {} if given.name is None else {"name": given.name}
    return found if given.span is None else found | {"span": list(given.span)}


def history(versions: Sequence[Version]) -> list[Json]:
    """One row a version, oldest first. A DELETE has no new memory, an ADD no old one."""
    rows = []
    old: str | None = None
    for version in versions:
        new = None if version.event == "DELETE" else version.memory.text
        rows.append(
            {
                "id": version.id,
                "memory_id": version.memory.id,
                "event": version.event,
                "old_memory": old,
                "new_memory": new,
                "input": [message(each) for each in version.messages],
                **_ids(version.memory.scope),
                "categories": list(version.memory.categories),
                "metadata": dict(version.memory.metadata),
                "created_at": iso(version.memory.created_at),
                "updated_at": iso(version.memory.updated_at),
            }
        )
        old = new
    return rows


def named(given: Named) -> Json:
    return {
        "id": given.id,
        "name": given.name,
        "type": given.type,
        "aliases": list(given.aliases),
        "memories": given.memories,
        "same_as": [{"id": id, "name": name, "score": score} for id, name, score in given.same_as],
    }


def owner(given: Owner) -> Json:
    return {
        "type": given.kind,
        "id": given.id,
        "name": given.id,
        "total_memories": given.memories,
        "created_at": iso(given.created_at),
        "updated_at": iso(given.updated_at),
    }


def results(found: Sequence[Json], relations: Sequence[Relation], output_format: str) -> Any:
    """v1.0: the bare list; v1.1: with the relations."""
    return (
        list(found)
        if output_format == "v1.0"
        else {"results": list(found), "relations": [relation(each) for each in relations]}
    )


def page(found: Sequence[Json], listing: Page, number: int, size: int) -> Json:
    more = number * size < listing.total
    return {
        "count": listing.total,
        "next": f"?page={number + 1}&page_size={size}" if more else None,
        "previous": f"?page={number - 1}&page_size={size}" if number > 1 else None,
        "results": list(found),
    }


def counted(memories: int) -> str:
    """Such as ``1 memory``."""
    return f"{memories} {'memory' if memories == 1 else 'memories'}"


def narrow(rows: Iterable[Mapping[str, Any]], fields: Any, *, search: bool = False) -> list[Json]:
    """Rows with these fields only; all of them where `fields` is None.

    Raises:
        ValidationError: a field that memories do not have.
    """
    allowed = _SEARCH_FIELDS if search else MEMORY_FIELDS
    if fields is None:
        return [dict(row) for row in rows]
    if isinstance(fields, str) or not isinstance(fields, Sequence) or any(field not in allowed for field in fields):
        raise ValidationError(f"fields is a list of names out of {', '.join(allowed)}, not {fields!r}")
    return [{field: row[field] for field in fields if field in row} for row in rows]


def iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _ids(scope: Scope) -> Json:
    return {name: getattr(scope, name) for name in SCOPE_FIELDS}
