"""The tokens by which full-text indexes keep tenants apart."""

from __future__ import annotations

from graphmem.model.filter import Filter, scope_groups
from graphmem.model.memory import SCOPE_FIELDS, Scope, digest


def scope_token(field: str, id: str) -> str:
    """One word of letters and digits for a scope id, the same in every index; no two ids share one in practice (80 bits)."""
    return f"{field[0]}{field[1]}{int(digest(field, id)[:20], 16)}"


def scope_tokens(scope: Scope) -> str:
    """What stands in the `scopes` column of a memory: a token for each of its ids."""
    return " ".join(scope_token(name, value) for name in SCOPE_FIELDS if (value := getattr(scope, name)) is not None)


def required_tokens(filter: Filter) -> tuple[tuple[str, ...], ...]:
    """Groups of scope tokens; a memory that meets the filter has one of each group."""
    return tuple(tuple(scope_token(field, id) for field, id in group) for group in scope_groups(filter))
