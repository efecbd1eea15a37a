"""The tools: what an agent may ask for, in words that a model understands. The client does the work."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from typing_extensions import NotRequired, TypedDict

from graphmem._sync.client.client import MemoryClient
from graphmem.dialect.arguments import MAX_PAGE_SIZE, MAX_TOP_K
from graphmem.errors import ExtractionError, ValidationError
from graphmem.server.mcp import answers
from graphmem.server.mcp.connection import Connection

# An add that takes longer goes on in the background.
ANSWER_WITHIN = 2.0
_HITS, _PAGE, _ENTITIES, _RELATIONS = 10, 50, 50, 100

# Models send null for what they leave out. It is text only: what looks like JSON in it stays as it is.
Text = Annotated[str, BeforeValidator(lambda given: "" if given is None else given)]
Id = Annotated[str, Field(description="The id of a memory, as search_memories returns it.")]
Filters = Annotated[
    dict[str, Any] | None,
    Field(
        description='Conditions, for example {"categories": {"in": ["food"]}, "created_at": {"gte": "2026-01-01"}}; '
        "they nest with AND, OR and NOT. Fields: categories, created_at, updated_at, event_start, event_end, text, metadata."
    ),
]


class Message(TypedDict):
    """A message of a conversation."""

    role: Literal["user", "assistant", "system", "tool"]
    content: str
    name: NotRequired[str]


class Tools:
    """The tools of a server.

    Args:
        connection: gives the one that is being answered.
    """

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _client(self) -> MemoryClient[Any]:
        return self._connection().client

    def add_memory(
        self,
        text: Annotated[Text, Field(description="What to remember, one or a few sentences. Or give messages.")] = "",
        messages: Annotated[
            list[Message] | None, Field(description="A part of the conversation; facts are found in it.")
        ] = None,
        metadata: Annotated[
            dict[str, Any] | None, Field(description="Values to keep with it and to filter by.")
        ] = None,
        categories: Annotated[
            list[str] | None, Field(description="Names of topics. If left out, they are found.")
        ] = None,
        infer: Annotated[
            bool, Field(description="False keeps the text as it stands and compares it with nothing that is known.")
        ] = True,
        timestamp: Annotated[Text, Field(description="When it was said, in ISO 8601. If left out: now.")] = "",
    ) -> answers.AddStatus:
        """Remember something for later conversations: facts, preferences, decisions, plans, people.

        What is known already is not stored twice, and what no longer holds is replaced. Give either text or messages. If it takes
        longer than two seconds it goes on in the background; you need not wait for it.
        """
        if bool(text.strip()) == bool(messages):
            raise ValidationError("give either text or messages: what should be remembered?")
        options = {"metadata": metadata, "categories": categories, "infer": infer, "timestamp": timestamp or None}
        return _status(
            self._connection().remember(messages or text, options, as_it_stands=messages is None, within=ANSWER_WITHIN)
        )

    def get_event_status(
        self, event_id: Annotated[str, Field(description="As add_memory returned it.")]
    ) -> answers.AddStatus:
        """How far an add is that went on in the background, and what it changed."""
        return _status(self._connection().event(event_id))

    def search_memories(
        self,
        query: Annotated[str, Field(description="A question or words, in plain language.")],
        limit: Annotated[int, Field(ge=1, le=MAX_TOP_K, description="How many memories at most.")] = _HITS,
        threshold: Annotated[
            float, Field(ge=0, le=1, description="Leave out memories with a lower score. 0.3 keeps those that fit.")
        ] = 0.0,
        categories: Annotated[list[str] | None, Field(description="Only memories with one of these.")] = None,
        filters: Filters = None,
    ) -> answers.Memories:
        """Search what is remembered. Use it before you answer anything that earlier conversations may tell."""
        hits = self._client.search(
            query, top_k=limit, threshold=threshold, categories=categories, filters=filters, output_format="v1.0"
        )
        return {"results": [answers.known(hit) for hit in hits]}

    def get_memories(
        self,
        filters: Filters = None,
        page: Annotated[int, Field(ge=1)] = 1,
        page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = _PAGE,
    ) -> answers.MemoryPage:
        """List memories, newest first, in pages. To find some by what they tell, use search_memories."""
        found = self._client.get_all(filters=filters, page=page, page_size=page_size)
        return {
            "count": found["count"],
            "page": page,
            "pages": math.ceil(found["count"] / page_size),
            "results": [answers.known(memory) for memory in found["results"]],
        }

    def get_memory(self, memory_id: Id) -> answers.KnownMemory:
        """One memory by its id."""
        return answers.known(self._client.get(memory_id))

    def update_memory(
        self,
        memory_id: Id,
        text: Annotated[Text, Field(description="The new text. If left out, it stays.")] = "",
        metadata: Annotated[dict[str, Any] | None, Field(description="Replaces all of its metadata.")] = None,
        categories: Annotated[list[str] | None, Field(description="Replaces all of its categories.")] = None,
    ) -> answers.KnownMemory:
        """Change a memory. The old text stays in its history."""
        changed = self._client.update(memory_id, text or None, metadata, categories)
        self._connection().changed([memory_id], "UPDATE")
        return answers.known(changed)

    def delete_memory(self, memory_id: Id) -> answers.Deleted:
        """Delete a memory, so that it is found no more. Its history stays."""
        deleted = self._client.delete(memory_id)["deleted"]
        self._connection().changed([memory_id], "DELETE")
        return {"deleted": deleted}

    def delete_all_memories(self) -> answers.Deleted:
        """Delete all memories of this connection. Only if the user asked for just that. Their history stays."""
        connection = self._connection()
        going = connection.service.going(connection.caller)
        deleted = self._client.delete_all()["deleted"]
        connection.service.changed(going, "DELETE")
        return {"deleted": deleted}

    def memory_history(self, memory_id: Id) -> answers.History:
        """How a memory came to be what it is: all its versions, oldest first, with what was said."""
        return {"results": [answers.version(row) for row in self._client.history(memory_id)]}

    def list_entities(
        self,
        names: Annotated[list[str] | None, Field(description="Only those with these names.")] = None,
        limit: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = _ENTITIES,
    ) -> answers.Entities:
        """The people, places and things that memories mention, those of most memories first."""
        found = self._client.entities(names=names)
        first = sorted(found, key=lambda row: -row["memories"])[:limit]
        return {"count": len(found), "results": [answers.entity(row) for row in first]}

    def relations(
        self,
        entity: Annotated[Text, Field(description="Its relations, in both directions. 'me' is the user.")] = "",
        subject: Annotated[Text, Field(description="Only relations from this one.")] = "",
        relationship: Annotated[Text, Field(description="Only of this kind, such as lives_in or works_at.")] = "",
        object: Annotated[Text, Field(description="Only relations to this one.")] = "",
        valid_at: Annotated[Text, Field(description="Only what held at this time, in ISO 8601.")] = "",
        limit: Annotated[int, Field(ge=1, le=MAX_TOP_K)] = _RELATIONS,
    ) -> answers.Relations:
        """How people, places and things are related: who lives where, works at what, is whose sister."""
        named = {"entity": entity, "subject": subject, "relationship": relationship, "object": object}
        given: dict[str, Any] = {name: value for name, value in {**named, "valid_at": valid_at}.items() if value}
        return {"results": self._client.relations(limit=limit, **given)}

    def paths(
        self,
        a: Annotated[str, Field(description="A person, place or thing. 'me' is the user.")],
        b: Annotated[str, Field(description="Another one.")],
        max_hops: Annotated[int, Field(ge=1, le=6, description="How many relations a path may have.")] = 3,
    ) -> answers.Paths:
        """How two people, places or things are connected: the shortest ways between them, and the memories that say so."""
        return {"results": self._client.paths(a, b, max_hops=max_hops)}

    def context(
        self,
        query: Annotated[str, Field(description="What is to be answered, in plain language.")],
        max_tokens: Annotated[int, Field(ge=1, le=100_000, description="How long the text may be.")] = 1_000,
    ) -> answers.PromptText:
        """One text with all that is known for answering a question: memories, what was said, relations."""
        return {"context": self._client.context(query, max_tokens=max_tokens)}

    def search(self, query: str) -> answers.SearchResults:
        """Search what is remembered; returns ids for fetch. (For clients that know only search and fetch.)"""
        hits = self._client.search(query, top_k=_HITS, output_format="v1.0")
        return {"results": [answers.titled(hit) for hit in hits]}

    def fetch(self, id: str) -> answers.Document:
        """One result of search as a whole, with what was said."""
        memory = self._client.get(id)
        return answers.document(memory, self._client.history(id))


def _status(told: Mapping[str, Any]) -> answers.AddStatus:
    """How far an add is.

    Raises:
        ExtractionError: it failed. The message says why.
    """
    if told["status"] == "FAILED":
        raise ExtractionError(f"nothing was remembered: {told['error']}")
    return answers.status(told)
