"""Which messages of a call searches find, and as whose. Pure.

A message that is stored word for word is a memory itself, and is found as that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from graphmem.model.changes import Findable
from graphmem.model.memory import Message, Scope
from graphmem.model.vectors import Vector


def findable(messages: Sequence[Message], settled: Collection[int]) -> tuple[int, ...]:
    """The indices of the messages that searches may find: what somebody said, once.

    Args:
        settled: indices of the messages that were read before. They are found as they were stored then.
    """
    return tuple(
        index
        for index, message in enumerate(messages)
        if index not in settled and message.role != "system" and message.content.strip()
    )


def by_what_found(
    messages: Sequence[Message], scope: Scope, vectors: Mapping[int, Vector | None], bound: Scope | None = None
) -> tuple[Findable | None, ...]:
    """By what each message is found, None if it is not; empty if none is.

    Args:
        scope: of the call. With both a user and an agent a message belongs to whoever said it.
        vectors: index → vector of the messages that are found.
        bound: the ids that the caller can't see past.
    """
    if not vectors:
        return ()
    return tuple(
        Findable(scope.of_role(message.role, bound), vectors[index]) if index in vectors else None
        for index, message in enumerate(messages)
    )
