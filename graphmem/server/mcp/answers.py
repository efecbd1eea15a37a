"""What the tools answer. Every word of it is read by a model and paid for, so fields without a value are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from graphmem.dialect.answers import Relation, SupportedRelation
from graphmem.model.served import ENDED, EventStatus


class KnownMemory(TypedDict):
    """A memory. `score`, from 0 to 1, tells how well it answers."""

    id: str
    memory: str
    score: NotRequired[float]
    user_id: NotRequired[str]
    agent_id: NotRequired[str]
    app_id: NotRequired[str]
    run_id: NotRequired[str]
    categories: NotRequired[list[str]]
    metadata: NotRequired[dict[str, Any]]
    event_start: NotRequired[str]
    event_end: NotRequired[str]
    expiration_date: NotRequired[str]
    created_at: str
    updated_at: str


class Memories(TypedDict):
    """Memories, best or newest first."""

    results: list[KnownMemory]


class MemoryPage(TypedDict):
    """A page of memories, newest first. `count` is how many there are on all pages."""

    count: int
    page: int
    pages: int
    results: list[KnownMemory]


class Change(TypedDict):
    """What became of one fact: ADD (new), UPDATE (replaces an older one), DELETE (no longer holds) or NONE (known already)."""

    id: str
    event: Literal["ADD", "UPDATE", "DELETE", "NONE"]
    memory: NotRequired[str]


class AddStatus(TypedDict):
    """How far an add is. `results` is what it changed; while it is PENDING or RUNNING it is empty."""

    event_id: str
    status: EventStatus
    results: list[Change]
    note: NotRequired[str]


class PastVersion(TypedDict):
    """One version of a memory, and what was said that led to it."""

    event: Literal["ADD", "UPDATE", "DELETE", "NONE"]
    old_memory: NotRequired[str]
    new_memory: NotRequired[str]
    said: NotRequired[list[str]]
    at: str


class History(TypedDict):
    """All versions of a memory, oldest first."""

    results: list[PastVersion]


class Entity(TypedDict):
    """A person, place or thing, and how many memories mention it."""

    name: str
    type: str
    memories: int
    aliases: NotRequired[list[str]]


class Entities(TypedDict):
    """People, places and things, those of most memories first. `count` is how many there are in all."""

    count: int
    results: list[Entity]


class Relations(TypedDict):
    """How people, places and things are related."""

    results: list[Relation]


class Paths(TypedDict):
    """Ways from one to the other; each relation has the memory that says so."""

    results: list[list[SupportedRelation]]


class PromptText(TypedDict):
    """A text to put into a prompt."""

    context: str


class Deleted(TypedDict):
    """How many memories were deleted."""

    deleted: int


class SearchResult(TypedDict):
    """A result of `search`, for `fetch`."""

    id: str
    title: str
    url: str


class SearchResults(TypedDict):
    """Results, best first."""

    results: list[SearchResult]


class Document(TypedDict):
    """A memory as a document."""

    id: str
    title: str
    text: str
    url: str
    metadata: NotRequired[dict[str, Any]]


_TITLE = 80


def known(memory: Mapping[str, Any]) -> KnownMemory:
    """A memory of the client's, without fields that have no value."""
    told = KnownMemory.__annotations__
    return {name: memory[name] for name in told if memory.get(name) not in (None, [], {})}  # type: ignore[return-value]


def status(told: Mapping[str, Any]) -> AddStatus:
    """How far an add is, of what the wire tells of its event. An error is not told here."""
    results: list[Any] = [{name: row[name] for name in Change.__annotations__ if row[name]} for row in told["results"]]
    answer: AddStatus = {"event_id": told["id"], "status": told["status"], "results": results}
    if told["status"] not in ENDED:
        answer["note"] = "It is remembered in the background, and is found by searches in a while; nothing more to do."
    elif not results:
        answer["note"] = "Nothing in it was new or worth remembering."
    return answer


def version(row: Mapping[str, Any]) -> PastVersion:
    """A row of the client's history."""
    said = [f"{message.get('name') or message['role']}: {message['content']}" for message in row["input"]]
    found: PastVersion = {"event": row["event"], "at": row["updated_at"]}
    for name in ("old_memory", "new_memory"):
        if row[name] is not None:
            found[name] = row[name]
    if said:
        found["said"] = said
    return found


def entity(row: Mapping[str, Any]) -> Entity:
    found: Entity = {"name": row["name"], "type": row["type"], "memories": row["memories"]}
    if row["aliases"]:
        found["aliases"] = list(row["aliases"])
    return found


def address(memory_id: str) -> str:
    """The address of a memory among the resources."""
    return f"graphmem://memories/{memory_id}"


def titled(memory: Mapping[str, Any]) -> SearchResult:
    text = " ".join(memory["memory"].split())
    title = text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
    return {"id": memory["id"], "title": title, "url": address(memory["id"])}


def document(memory: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]) -> Document:
    """A memory with what was said that led to it."""
    said = list(dict.fromkeys(line for row in versions for line in version(row).get("said", ())))
    text = "\n".join([memory["memory"], *(["", "What was said:", *said] if said else [])])
    about = {name: value for name, value in known(memory).items() if name not in ("id", "memory")}
    return {**titled(memory), "text": text, "metadata": about}
