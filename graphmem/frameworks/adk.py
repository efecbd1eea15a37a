"""Google ADK's memory service in graphmem: sessions go in, what they tell of the user comes out.

    from google.adk.runners import Runner
    from graphmem import AsyncMemoryClient
    from graphmem.frameworks.adk import GraphMemoryService

    runner = Runner(…, memory_service=GraphMemoryService(AsyncMemoryClient("memories.db")))

It needs the extra `adk`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graphmem._async.client.client import AsyncMemoryClient
from graphmem.errors import MemoryNotFoundError
from graphmem.frameworks._required import required

with required("graphmem.frameworks.adk", "google-adk", "adk"):
    from google.adk.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
    from google.adk.memory.memory_entry import MemoryEntry
    from google.genai import types

if TYPE_CHECKING:
    from google.adk.events.event import Event
    from google.adk.sessions.session import Session


class GraphMemoryService(BaseMemoryService):
    """Remembers what sessions tell, for an app (`app_id`) and a user (`user_id`); the session stands in the metadata as ``session_id``.

    A session may be added again: what was read before is passed over. Memories are the user's, across all sessions, and a newer
    statement takes the place of an older one.

    Args:
        client: it stays open, and whoever made it closes it.
        top_k: the most memories that a search returns, 1 to 1,000. threshold: the lowest score, 0 to 1.
        infer: False keeps messages as they stand, instead of the facts in them.
    """

    def __init__(
        self, client: AsyncMemoryClient[Any], *, top_k: int = 10, threshold: float | None = None, infer: bool = True
    ) -> None:
        self._client = client
        self._top_k = top_k
        self._threshold = threshold
        self._infer = infer

    async def add_session_to_memory(self, session: Session) -> None:
        """Remember what a session tells."""
        await self.add_events_to_memory(
            app_name=session.app_name, user_id=session.user_id, events=session.events, session_id=session.id
        )

    async def add_events_to_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        events: Sequence[Event],
        session_id: str | None = None,
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Remember what some events tell.

        Args:
            custom_metadata: a JSON object that every memory of it gets.
        """
        metadata = {**(custom_metadata or {}), **({} if session_id is None else {"session_id": session_id})}
        # One day after the other, for the later ones may be about what the earlier ones told.
        for at, messages in _days(events):
            await self._client.add(
                messages,
                app_id=app_name,
                user_id=user_id,
                timestamp=at.isoformat(),
                metadata=metadata,
                infer=self._infer,
            )

    async def add_memory(
        self,
        *,
        app_name: str,
        user_id: str,
        memories: Sequence[MemoryEntry],
        custom_metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Keep texts as they stand, in one transaction. An id in an entry is not kept: a memory has one of its own."""
        given = [
            {
                "messages": text,
                "metadata": {**entry.custom_metadata, **(custom_metadata or {})},
                **({} if entry.timestamp is None else {"timestamp": entry.timestamp}),
            }
            for entry in memories
            if (text := _text(entry.content)).strip()
        ]
        if given:
            await self._client.add_many(given, app_id=app_name, user_id=user_id, infer=False)

    async def search_memory(self, *, app_name: str, user_id: str, query: str) -> SearchMemoryResponse:
        """The memories that answer best, best first; `custom_metadata` holds score, categories and metadata."""
        if not query.strip():
            return SearchMemoryResponse()
        hits = await self._client.search(
            query,
            app_id=app_name,
            user_id=user_id,
            top_k=self._top_k,
            threshold=self._threshold,
            output_format="v1.0",
        )
        return SearchMemoryResponse(memories=[_entry(hit) for hit in hits])

    async def delete_memory(self, *, app_name: str, user_id: str, memory_id: str | None = None) -> None:
        """Delete a memory of this app and user; without effect if there is none with this id. Its history stays."""
        if not memory_id:
            return
        try:
            found = await self._client.get(memory_id)
            if (found["app_id"], found["user_id"]) == (app_name, user_id):
                await self._client.delete(memory_id)
        except MemoryNotFoundError:
            return


def _days(events: Iterable[Event]) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    """What was said, day by day: "yesterday" means another day in each. With the time of the first message of the day."""
    said = [event for event in events if not event.partial and _text(event.content).strip()]
    for _, day in groupby(said, lambda event: _time(event).date()):
        of_day = list(day)
        yield _time(of_day[0]), [_message(event) for event in of_day]


def _message(event: Event) -> dict[str, Any]:
    text = _text(event.content)
    if event.author == "user":
        return {"role": "user", "content": text}
    return {"role": "assistant", "content": text}


def _time(event: Event) -> datetime:
    return datetime.fromtimestamp(event.timestamp, timezone.utc)


def _text(content: types.Content | None) -> str:
    """The text of a content, without thoughts, calls of tools and files."""
    parts = (content.parts or []) if content is not None else []
    return "\n".join(part.text for part in parts if part.text and not part.thought)


def _entry(hit: Mapping[str, Any]) -> MemoryEntry:
    about = {name: hit[name] for name in ("score", "categories", "metadata", "event_start", "event_end") if hit[name]}
    return MemoryEntry(
        id=hit["id"],
        content=types.Content(role="user", parts=[types.Part(text=hit["memory"])]),
        author="user",
        timestamp=hit["created_at"],
        custom_metadata=about,
    )
