"""What is kept of a project: how adds are read there by default. There is one project for each scope that keys are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmem.dialect import arguments
from graphmem.errors import ValidationError
from graphmem.model import times
from graphmem.model.served import Record
from graphmem.protocols import ServerStore
from graphmem.server.known import Known

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


class Projects:
    """The settings of all projects. May be shared by threads."""

    def __init__(self) -> None:
        self._known: Known[Mapping[str, Any]] = Known(KIND, lambda record: record.data, absent=True)

    def settings(self, store: ServerStore, project: str) -> Mapping[str, Any]:
        """What was set; empty if nothing was."""
        found = store.kept(KIND, ids=[project])
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
        self._known.forget(project)

    def defaults(self, store: ServerStore, project: str) -> dict[str, Any]:
        """The options that an add has if it does not say otherwise."""
        known = self._known.get(store, project) or {}
        return {name: known[name] for name in OF_ADDS if known.get(name) is not None}
