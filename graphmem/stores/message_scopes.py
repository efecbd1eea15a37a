"""Whom the messages of older stores belong to: they know only the key of their conversation, and the memories of their call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphmem.model.memory import Role, Scope


def scope_of(role: Role, conversation: str, read_by: str | None, scopes: Sequence[Scope]) -> Scope | None:
    """The scope of a message; None if searches shall not find it: it is the system's, is stored as a memory itself, or can't be told.

    Args:
        conversation: the key of the scope of its call.
        read_by: who read it; None: it was stored word for word.
        scopes: of the memories that its call wrote.
    """
    if role == "system" or read_by is None:
        return None
    known = dict.fromkeys(scopes)
    # A call with a user and an agent gives each of them memories of their own.
    both = [replace(one, agent_id=other.agent_id) for one in known for other in known]
    whole = next((scope for scope in (*known, *both) if scope.key == conversation), None)
    if whole is not None:
        return whole.of_role(role)
    # The call also had an id that no memory of it has: the other speaker's.
    agent = role in ("assistant", "tool")
    theirs = [scope for scope in known if (scope.user_id is None) is agent and (scope.agent_id is None) is not agent]
    return theirs[0] if len(theirs) == 1 else None
