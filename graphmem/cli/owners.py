"""Whose memories there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphmem.cli import output

if TYPE_CHECKING:
    from graphmem import MemoryClient
    from graphmem.dialect.answers import OwnerRow

_MOST_TOLD = 5


def users_of(client: MemoryClient) -> list[OwnerRow]:
    """The users who have memories."""
    return [row for row in client.users()["results"] if row["type"] == "user"]


def note_unknown(user: str | None, users: Iterable[OwnerRow]) -> None:
    """Remark that a user has no memories, and who has: a drawing of nothing does not tell why it is empty."""
    known = [row["id"] for row in users]
    if user is None or user in known:
        return
    more = f" and {len(known) - _MOST_TOLD} more" if len(known) > _MOST_TOLD else ""
    told = f"there are some of {', '.join(known[:_MOST_TOLD])}{more}" if known else "nor of any other user"
    output.note(f"There are no memories of user {user}; {told}.")
