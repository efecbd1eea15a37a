"""Ids of memories, versions, messages and calls."""

from __future__ import annotations

import uuid


def new_id() -> str:
    """A random UUID, as 36 characters."""
    return str(uuid.uuid4())
