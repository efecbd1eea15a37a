"""What is kept of a project: how adds are read there by default. There is one project for each scope that keys are bound to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import Lock
from typing import Any

from graphmem.dialect import arguments
from graphmem.errors import ValidationError
from graphmem.model import times
from graphmem.model.served import Record
from graphmem.protocols import ServerStore

KIND = "project"
# Those that an add goes by, where it does not say otherwise.
AGENTS = "agent_custom_instructions"
OF_ADDS = ("custom_instructions", "custom_categories", AGENTS)
# What clients may set. The others are kept and told, and change nothing: what they ask for is done in any case, or by the store.
FIELDS = (
    *OF_ADDS,
    "name",
    "description",
    "retrieval_criteria",
    "enable_graph",
    "version",
    "multilingual",
    "decay",
    "memory_depth",
    "usecase_setting",
    "inclusion_prompt",
    "exclusion_prompt",
)
MEMBERS = "members"
# For so long the settings of a project are not read again.
_KNOWN_SECONDS = 2.0
_MOST_KNOWN = 10_000


class Projects:
    """The settings of all projects. May be shared by threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._lock = Lock()

    def settings(self, store: ServerStore, project: str) -> Mapping[str, Any]:
        """What was set; empty if nothing was."""
        found = store.kept(KIND, id=project)
        return found[0].data if found else {}

    def change(self, store: ServerStore, project: str, given: Mapping[str, Any]) -> None:
        """Set some of FIELDS; None takes a value away.

        Raises:
            ValidationError: a value can't be used by an add.
        """
        instructions = given.get("custom_instructions")
        if instructions is not None and not isinstance(instructions, str):
            raise ValidationError(f"custom_instructions must be a string, not {arguments.kind(instructions)}")
        arguments.custom_categories(given.get("custom_categories"))
        now = times.now()
        kept = {name: value for name, value in {**self.settings(store, project), **given}.items() if value is not None}
        store.keep(Record(KIND, project, project, kept, now, now))
        with self._lock:
            self._known.pop(project, None)

    def defaults(self, store: ServerStore, project: str) -> dict[str, Any]:
        """The options that an add has if it does not say otherwise."""
        now = time.monotonic()
        with self._lock:
            until, known = self._known.get(project, (0.0, {}))
        if now >= until:
            known = self.settings(store, project)
            with self._lock:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[project] = (now + _KNOWN_SECONDS, known)
        return {name: known[name] for name in OF_ADDS if known.get(name) is not None}
