"""What an add need not read again: messages that were read before, and memories pasted into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from graphmem.model.folding import folded
from graphmem.model.memory import Message, Scope, digest
from graphmem.model.requests import Seen


def identities(texts: Iterable[str], scope: Scope, bound: Scope | None = None) -> tuple[str, ...]:
    """The identities of these texts as memories of this scope, and of every wider scope that a search may have shown it.

    Args:
        bound: the ids that the caller can't see past, if there are any.
    """
    needed = set() if bound is None else set(bound.ids.items())
    # A search in a run also shows memories of the whole user or agent: every subset of the ids is a scope it may have read,
    # but one that drops both the user and the agent.
    scopes = {
        Scope(user, agent, app, run)
        for user in {scope.user_id, None}
        for agent in {scope.agent_id, None}
        for app in {scope.app_id, None}
        for run in {scope.run_id, None}
        if user or agent or (scope.user_id is scope.agent_id is None)
    }
    keys = sorted(visible.key for visible in scopes if visible.ids and needed <= visible.ids.items())
    return tuple(digest(key, folded(text)) for text in texts for key in keys)


def settled(messages: Sequence[Message], seen: Iterable[Seen], at: datetime | None) -> frozenset[int]:
    """Indices of the messages that were read before, whose facts are therefore known.

    If the caller gave a time (`at`), only a message said at that time is the same one. A message whose memory was deleted is
    read again.
    """
    by_digest: dict[str, list[Seen]] = {}
    for earlier in seen:
        by_digest.setdefault(earlier.digest, []).append(earlier)
    return frozenset(
        index
        for index, message in enumerate(messages)
        if (same := [earlier for earlier in by_digest.get(message.digest, ()) if at is None or earlier.said_at == at])
        and not any(earlier.withdrawn for earlier in same)
    )


def remembered(seen: Iterable[Seen]) -> dict[str, str]:
    """Id → text of the memories that came from these messages."""
    return {id: text for message in seen for id, text in message.memories}
