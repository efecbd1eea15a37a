"""Chooses what is on or off: whether searches find messages, and whether credentials are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping

from graphmem.errors import ConfigurationError

# What a switch in the environment may say; nothing means on.
_SWITCH = {"": True, "on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_SECRETS = {"": False, "drop": False, "keep": True}


def choose_find_messages(find_messages: bool | None = None, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether searches find messages: the argument, else GRAPHMEM_FIND_MESSAGES, else True.

    Raises:
        ConfigurationError: it is neither on nor off.
    """
    said, where = (
        (environ.get("GRAPHMEM_FIND_MESSAGES", ""), "GRAPHMEM_FIND_MESSAGES")
        if find_messages is None
        else (find_messages, "find_messages")
    )
    if isinstance(said, bool):
        return said
    found = _SWITCH.get(str(said).strip().lower()) if isinstance(said, str | int) else None
    if found is None:
        raise ConfigurationError(f"{where} is {said!r}: it may be on or off")
    return found


def choose_secrets(secrets: str | None = None, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether credentials in what is said are kept: the argument, else GRAPHMEM_SECRETS, else they are dropped.

    Raises:
        ConfigurationError: it is neither ``drop`` nor ``keep``.
    """
    said, where = (environ.get("GRAPHMEM_SECRETS", ""), "GRAPHMEM_SECRETS") if secrets is None else (secrets, "secrets")
    kept = _SECRETS.get(said.strip().lower()) if isinstance(said, str) else None
    if kept is None:
        raise ConfigurationError(f"{where} is {said!r}: it may be drop or keep")
    return kept
