"""Scope ids as words of a full-text index, so that a search ranks only the memories of one tenant."""

from __future__ import annotations

from functools import lru_cache

from graphmem.model.filter import Filter, scope_groups
from graphmem.model.memory import SCOPE_FIELDS, Scope, digest


# Very many memories have the same scope.
@lru_cache(maxsize=4_096)
def scope_token(field: str, id: str) -> str:
    """A word of letters and digits for a scope id. It holds 80 bits of a hash, so that in practice no two ids share one."""
    return f"{field[0]}{field[1]}{int(digest(field, id)[:20], 16)}"


def scope_tokens(scope: Scope) -> str:
    """The tokens of all ids of a memory, separated by spaces: its `scopes` column."""
    return " ".join(scope_token(name, value) for name in SCOPE_FIELDS if (value := getattr(scope, name)) is not None)


def required_tokens(filter: Filter) -> tuple[tuple[str, ...], ...]:
    """Groups of scope tokens. A memory can only meet the filter if it has at least one token of each group."""
    return tuple(tuple(scope_token(field, id) for field, id in group) for group in scope_groups(filter))
