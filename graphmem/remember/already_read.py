"""What of a call was heard before: messages that were read already, and memories pasted into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from graphmem.model.memory import Message, Scope, digest
from graphmem.model.requests import Seen


def identities(texts: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """The identities that these texts have as memories which this scope may have searched: its own, and wider ones."""
    scopes = {
        Scope(user, agent, app, run)
        for user in {scope.user_id, None}
        for agent in {scope.agent_id, None}
        for app in {scope.app_id, None}
        for run in {scope.run_id, None}
        if user or agent or (scope.user_id is scope.agent_id is None)
    }
    keys = sorted(each.key for each in scopes if each.ids)
    return tuple(digest(key, text) for text in texts for key in keys)


def settled(messages: Sequence[Message], seen: Iterable[Seen], at: datetime | None) -> frozenset[int]:
    """Places of the messages that were read before, so that what they say is known.

    With a time of its own (`at`), a message is the same only if it was said then. One whose memory somebody deleted is read anew.
    """
    before: dict[str, list[Seen]] = {}
    for each in seen:
        before.setdefault(each.digest, []).append(each)
    return frozenset(
        place
        for place, message in enumerate(messages)
        if (found := [each for each in before.get(message.digest, ()) if at is None or each.said_at == at])
        and not any(each.withdrawn for each in found)
    )


def remembered(seen: Iterable[Seen]) -> dict[str, str]:
    """Id → text of the memories that came from these messages."""
    return {id: text for each in seen for id, text in each.memories}
