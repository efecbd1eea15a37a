"""Turns our own types into the typed dicts that calls return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from graphmem.dialect import answers
from graphmem.dialect.answers import Row
from graphmem.errors import ValidationError, nearest, shown
from graphmem.graph.neighbours import Neighbour
from graphmem.graph.subgraph import Subgraph
from graphmem.history.differences import Difference
from graphmem.history.undo import Step
from graphmem.model.memory import SCOPE_FIELDS, Message, Scope, StoredMemory, StoredRelation, StoredVersion
from graphmem.model.requests import Listing, Named, Owner
from graphmem.model.said import StoredMessage
from graphmem.remember.call import Remembered
from graphmem.remember.usage import Usage
from graphmem.search.context import Context, Piece
from graphmem.stores.checks import CHECKS
from graphmem.stores.portable import KINDS

# What callers may ask for with fields=.
MEMORY_FIELDS = (
    "id",
    "memory",
    *SCOPE_FIELDS,
    "hash",
    "metadata",
    "categories",
    "immutable",
    "expiration_date",
    "event_start",
    "event_end",
    "created_at",
    "updated_at",
)
_SEARCH_FIELDS = (*MEMORY_FIELDS, "score", "explain")


def memory(given: StoredMemory) -> answers.Memory:
    """A memory with all its fields. Metadata is copied, so callers may change it."""
    return {
        "id": given.id,
        "memory": given.text,
        **_ids(given.scope),
        "hash": given.hash,
        "metadata": _copied(given.metadata),
        "categories": list(given.categories),
        "immutable": given.immutable,
        "expiration_date": iso_or_none(given.expiration_date),
        "event_start": None if given.event_start is None else given.event_start.isoformat(),
        "event_end": None if given.event_end is None else given.event_end.isoformat(),
        "created_at": iso(given.created_at),
        "updated_at": iso(given.updated_at),
    }


def hit(given: StoredMemory, score: float, explanation: answers.HitExplanation | None) -> answers.Hit:
    """A memory that a search found, with its score in [0, 1]."""
    found = cast(answers.Hit, memory(given))
    found["score"] = score
    if explanation is not None:
        found["explain"] = explanation
    return found


def added_rows(given: Remembered) -> list[answers.AddedRow]:
    """What an add returns in v1.0."""
    # Messages that were read before are not decided again; what came of them then is listed first.
    rows: list[answers.AddedRow] = [{"id": id, "memory": text, "event": "NONE"} for id, text in given.known.items()]
    for outcome in given.outcomes:
        row: answers.AddedRow = {"id": outcome.memory.id, "memory": outcome.memory.text, "event": outcome.event}
        if outcome.previous is not None:
            row["previous_memory"] = outcome.previous
        rows.append(row)
    return rows


def added(given: Remembered, *, explain: bool) -> answers.Added:
    """What an add returns in v1.1: with relations and, if wanted, what was left out and what the call cost."""
    answer: answers.Added = {"results": added_rows(given), "relations": relations(given.relations)}
    if explain:
        answer["explain"] = {
            "event_id": given.id,
            "unsupported": given.extraction.unsupported,
            "unwanted": given.extraction.unwanted,
            "dropped": given.extraction.dropped,
            "undated": given.extraction.undated,
            "settled": given.settled,
            "recalled": given.recalled,
            "passed_over": given.passed_over,
            "secrets": len(given.secrets),
            "usage": usage(given.usage),
        }
    return answer


def usage(given: Usage) -> answers.Cost:
    """What a call cost, with milliseconds by stage."""
    return cast(answers.Cost, asdict(given))


def step(given: Step) -> answers.UndoneRow:
    """What an undo did with one memory: deleted it (DELETE), brought it back (ADD) or changed it back (UPDATE)."""
    if given.memory is None:
        return {"id": given.memory_id, "memory": None, "event": "DELETE"}
    return {"id": given.memory_id, "memory": given.memory.text, "event": "ADD" if given.revives else "UPDATE"}


def relation(given: StoredRelation, names: Mapping[str, str] | None = None) -> answers.Relation:
    """A relation. Its source and target are names of entities; if they are given as ids, `names` has the name of each."""
    return {
        "source": given.source if names is None else names[given.source],
        "relationship": given.predicate,
        "target": given.target if names is None else names[given.target],
        "memory_id": given.memory_id,
        "valid_from": iso_or_none(given.valid_from),
        "valid_to": iso_or_none(given.valid_to),
    }


def relations(given: Sequence[StoredRelation]) -> list[answers.Relation]:
    """Relations as rows."""
    return [relation(edge) for edge in given]


def supported(given: StoredRelation, known: Subgraph) -> answers.SupportedRelation:
    """A relation between entities that are given by id, and the text of its memory."""
    names = {id: known.entities[id].name for id in (given.source, given.target)}
    return {**relation(given, names), "memory": known.memories[given.memory_id].text}


def neighbour(given: Neighbour, known: Subgraph) -> answers.Neighbour:
    """An entity that neighbours another, with the relation that leads to it."""
    return {
        "id": given.entity.id,
        "name": given.entity.name,
        "type": given.entity.type,
        "hops": given.hops,
        "relations": [supported(each, known) for each in given.relations],
    }


def message(given: Message) -> answers.SourceMessage:
    """A message. Id, name and span are left out if there are none."""
    found: answers.SourceMessage = {"role": given.role, "content": given.content}
    if given.id is not None:
        found["id"] = given.id
    if given.name is not None:
        found["name"] = given.name
    if given.span is not None:
        found["span"] = list(given.span)
    return found


def said(given: StoredMessage, score: float, explanation: answers.HitExplanation | None) -> answers.SaidMessage:
    """A message that a search found, with its score in [0, 1]."""
    ids = _ids(given.scope)
    found: answers.SaidMessage = {
        "id": given.id,
        "role": given.message.role,
        "name": given.message.name,
        "content": given.message.content,
        "user_id": ids["user_id"],
        "agent_id": ids["agent_id"],
        "app_id": ids["app_id"],
        "run_id": ids["run_id"],
        "created_at": iso(given.said_at),
        "score": score,
    }
    if explanation is not None:
        found["explain"] = explanation
    return found


def with_messages(given: answers.Results[Row], said: list[answers.SaidMessage]) -> answers.Found[Row]:
    """The answer of a search, and the messages that it found."""
    return {"results": given["results"], "relations": given["relations"], "messages": said}


def context(given: Context) -> answers.Context:
    """What a context holds, and what it left out."""

    def ids(pieces: Iterable[Piece], *kinds: str) -> list[str]:
        return list(dict.fromkeys(piece.id for piece in pieces if piece.kind in kinds))

    told = [piece for piece in given.told if piece.kind == "memory"]
    return {
        "context": given.text,
        "memories": ids(given.told, "memory", "earlier", "relation"),
        "messages": ids(given.told, "message"),
        "sources": {piece.id: sorted(piece.sources) for piece in told},
        "tokens": given.tokens,
        "characters": len(given.text),
        "left_out": {"memories": ids(given.left_out, "memory"), "messages": ids(given.left_out, "message")},
    }


def history(versions: Sequence[StoredVersion]) -> list[answers.Version]:
    """A row for each version of a memory, in their order (oldest first)."""
    rows: list[answers.Version] = []
    # The text before each version is that of the version before it; None at first and after a DELETE.
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
                "input": [message(source) for source in version.messages],
                **_ids(version.memory.scope),
                "categories": list(version.memory.categories),
                "metadata": dict(version.memory.metadata),
                "created_at": iso(version.memory.created_at),
                "updated_at": iso(version.memory.updated_at),
            }
        )
        old = new
    return rows


def named(given: Named) -> answers.EntityRow:
    """An entity, as `entities` returns it."""
    return {
        "id": given.id,
        "name": given.name,
        "type": given.type,
        "aliases": list(given.aliases),
        "memories": given.memories,
        "same_as": [{"id": id, "name": name, "score": score} for id, name, score in given.same_as],
    }


def owner(given: Owner) -> answers.OwnerRow:
    """A user, agent, app or run, as `users` returns it."""
    return {
        "type": cast(answers.OwnerKind, given.kind),
        "id": given.id,
        # Hosted services have a name besides the id. Here it is the same.
        "name": given.id,
        "total_memories": given.memories,
        "created_at": iso(given.created_at),
        "updated_at": iso(given.updated_at),
    }


def results(rows: list[Row], relations_of: Sequence[StoredRelation], output_format: str) -> answers.Rows[Row]:
    """In v1.0 the rows as they are; in v1.1 the rows and the relations that they support."""
    return rows if output_format == "v1.0" else {"results": rows, "relations": relations(relations_of)}


def page(rows: list[Row], listing: Listing, number: int, size: int) -> answers.Page[Row]:
    """One page of a listing. `number`: of the page, from 1. `size`: rows on a full page."""
    more = number * size < listing.total
    return {
        "count": listing.total,
        "next": f"?page={number + 1}&page_size={size}" if more else None,
        "previous": f"?page={number - 1}&page_size={size}" if number > 1 else None,
        "results": rows,
    }


def difference(given: Difference) -> answers.Diff:
    """What changed between two times."""
    return {
        "added": [memory(new) for new in given.added],
        "changed": [{"before": memory(old), "after": memory(new)} for old, new in given.changed],
        "removed": [memory(old) for old in given.removed],
    }


def deleted(count: int) -> answers.Deleted:
    """The number of deleted memories, with a message for people."""
    return {"message": f"{counted(count)} deleted", "deleted": count}


def erased(removed: Mapping[str, int], left: int) -> answers.Erased:
    """What an erase removed. `removed`: kind → how many, 0 if a kind is missing. `left`: matching memories found afterwards."""
    memories = removed.get("memories", 0)
    return {
        "message": f"{counted(memories)} erased",
        "memories": memories,
        "versions": removed.get("versions", 0),
        "messages": removed.get("messages", 0),
        "entities": removed.get("entities", 0),
        "relations": removed.get("relations", 0),
        "left": left,
    }


def records(counts: Mapping[str, int]) -> answers.RecordCounts:
    """The numbers of records in an export or import. `counts`: kind → how many, for all of KINDS."""
    return cast(answers.RecordCounts, {kind: counts[kind] for kind in KINDS})


def problem(check: str, id: str, *, fix: bool) -> answers.Problem:
    """A problem that `doctor` found. `fix`: whether repairable problems were repaired."""
    return {
        "check": check,
        "id": id,
        "says": f"{id} {CHECKS[check].says}",
        "fixed": fix and CHECKS[check].fix is not None,
    }


def counted(memories: int) -> str:
    """A number of memories in words, for example ``1 memory`` or ``2 memories``."""
    return f"{memories} {'memory' if memories == 1 else 'memories'}"


def narrow(rows: Iterable[Mapping[str, Any]], fields: Any, *, search: bool = False) -> list[Any]:
    """Rows with these fields only, as dicts. If `fields` is None, the rows as they are.

    Args:
        search: whether the rows are hits, which also have ``score`` and ``explain``.

    Raises:
        ValidationError: `fields` is not a list of names, or memories have no such field.
    """
    allowed = _SEARCH_FIELDS if search else MEMORY_FIELDS
    if fields is None:
        return list(rows)
    # A string is a sequence too: "id" would be read as "i" and "d".
    listed = isinstance(fields, Sequence) and not isinstance(fields, str | bytes)
    wrong = [field for field in fields if field not in allowed] if listed else []
    if wrong or not listed:
        hint = nearest(wrong[0], allowed) if wrong else ""
        raise ValidationError(f"fields must be a list of names out of {', '.join(allowed)}{hint}, not {shown(fields)}")
    return [{field: row[field] for field in fields if field in row} for row in rows]


def _copied(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """All of it, because a store may give the same object again. Most values are no objects themselves."""
    return {name: deepcopy(value) if isinstance(value, dict | list) else value for name, value in metadata.items()}


def _ids(scope: Scope) -> answers.ScopeIds:
    return {
        "user_id": scope.user_id,
        "agent_id": scope.agent_id,
        "app_id": scope.app_id,
        "run_id": scope.run_id,
    }


def iso(time: datetime) -> str:
    """ISO 8601 with offset."""
    return time.isoformat()


def iso_or_none(time: datetime | None) -> str | None:
    return None if time is None else iso(time)
