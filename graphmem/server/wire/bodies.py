"""What requests may hold: one model for each call, of all generations together. What no generation sends is refused by name."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graphmem.errors import ValidationError
from graphmem.model.memory import SCOPE_FIELDS

# What can't be honoured: the value that is refused (None: any), and why.
_REFUSED_IF = {
    "show_expired": (True, "expired memories are hidden here, and stay in their history"),
    "latest_only": (False, "older versions are found in a memory's history here"),
    "reference_date": (None, "leave it out: a search here is of now; POST /graphmem/search/ takes as_of"),
}


class Body(BaseModel):
    """A body that is JSON in every part: what can't be written again can't be kept, and not be answered with."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_json(cls, given: Any) -> Any:
        try:
            json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a surrogate pair, which is not valid Unicode") from None
        except (ValueError, RecursionError):
            raise ValueError("it holds a number that JSON does not have, or is nested too deeply") from None
        except TypeError:
            # Made by another route of ours, and no body.
            return given
        return given


class Sent(Body):
    """What any request may hold besides its own fields: it changes nothing."""

    org_id: Any = Field(default=None, description="Without effect: the key says which project it is.")
    project_id: Any = Field(default=None, description="Without effect, too.")
    source: Any = Field(default=None, description="Without effect.")


class Scoped(Sent):
    """A request that names whom it is about."""

    user_id: str | None = None
    agent_id: str | None = None
    app_id: str | None = None
    run_id: str | None = None

    @property
    def ids(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in SCOPE_FIELDS}


class Add(Scoped):
    """A conversation to remember."""

    messages: Any = Field(description="A string, a message {role, content}, or a list of them.")
    filters: dict[str, Any] | None = Field(None, description="Ids may stand here instead.")
    metadata: dict[str, Any] | None = None
    categories: list[str] | None = None
    infer: bool | None = None
    timestamp: int | float | str | None = None
    expiration_date: str | int | float | None = None
    immutable: bool | None = None
    includes: str | None = None
    excludes: str | None = None
    custom_instructions: str | None = None
    custom_categories: Any = None
    agent_custom_instructions: str | None = Field(None, description="Followed besides, where an agent_id is given.")
    structured_data_schema: Any = Field(None, description="Can't be honoured.")
    async_mode: bool | None = Field(None, description="Whether to answer before it is done. In /v3 it is always so.")
    output_format: str | None = None
    version: Any = Field(None, description="Without effect.")
    enable_graph: Any = Field(None, description="Without effect: there is always a graph.")
    multilingual: Any = Field(None, description="Without effect.")
    filter_memories: Any = Field(None, description="Without effect.")


class Narrowed(Scoped):
    """Conditions that a search and a listing share."""

    filters: dict[str, Any] | list[Any] | None = None
    categories: list[str] | None = None
    metadata: dict[str, Any] | None = None
    fields: list[str] | None = None
    output_format: str | None = None
    show_expired: bool | None = Field(None, description="May only be false.")
    latest_only: bool | None = Field(None, description="May only be true.")
    version: Any = Field(None, description="Without effect.")
    enable_graph: Any = Field(None, description="Without effect.")

    def check(self) -> None:
        """Refuse in words what can't be honoured.

        Raises:
            ValidationError: something of that kind was asked for.
        """
        for name, (refused, why) in _REFUSED_IF.items():
            given = getattr(self, name, None)
            if given is not None and refused in (None, given):
                raise ValidationError(f"{name}={given!r} can't be done: {why}")


class Search(Narrowed):
    """A search."""

    query: str
    top_k: int | None = None
    limit: int | None = None
    threshold: float | None = None
    rerank: Any = Field(None, description="Without effect.")
    keyword_search: bool | None = None
    filter_memories: Any = Field(None, description="Without effect.")
    multilingual: Any = Field(None, description="Without effect.")
    only_metadata_based_search: Any = Field(None, description="Without effect.")
    reference_date: Any = Field(None, description="Can't be honoured.")


class Listed(BaseModel):
    """What a listing may ask for, in a body or in the query."""

    keywords: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    page: int | None = None
    page_size: int | None = None
    top_k: int | None = None
    limit: int | None = None


class Listing(Narrowed, Listed):
    """A listing."""


class Update(Sent):
    """The new state of a memory. `expiration_date`: null takes it away."""

    text: str | None = None
    metadata: dict[str, Any] | None = None
    categories: list[str] | None = None
    expiration_date: str | int | float | None = None
    timestamp: Any = Field(None, description="Can't be honoured: a change happens now.")

    def check(self) -> None:
        """Refuse in words what can't be honoured.

        Raises:
            ValidationError: something of that kind was asked for.
        """
        if self.timestamp is not None:
            raise ValidationError(
                "timestamp can't be set by an update: a change is recorded when it happens. Leave it out"
            )


class Batch(Sent):
    """Up to 1,000 memories."""

    memories: list[Any]


class ProjectChange(Sent):
    """Settings of a project. null takes one away."""

    custom_instructions: str | None = None
    custom_categories: Any = None
    name: str | None = None
    description: str | None = None
    retrieval_criteria: Any = None
    enable_graph: bool | None = None
    version: str | None = None
    multilingual: bool | None = None
    decay: Any = None
    agent_custom_instructions: str | None = None
    memory_depth: Any = None
    usecase_setting: Any = None
    inclusion_prompt: str | None = None
    exclusion_prompt: str | None = None


class NewProject(Sent):
    """A project that a client wants to create."""

    name: str | None = None
    description: str | None = None


class Member(Sent):
    """Someone noted as a member of a project."""

    email: Annotated[str, Field(min_length=1, max_length=256)]
    role: str = "READER"


class Webhook(Sent):
    """Where changes are told to, and which."""

    url: str | None = None
    name: str | None = None
    event_types: list[str] | None = None
    is_active: bool | None = None


class Export(Scoped):
    """An export to be made."""

    # `schema` is a method of pydantic's models.
    schema_: Any = Field(alias="schema", description="A JSON schema: an object, or the text of one.")
    filters: dict[str, Any] | None = None
    export_instructions: str | None = Field(None, description="Kept, but not followed.")


class ExportWanted(Scoped):
    """Which export is wanted."""

    memory_export_id: str | None = None
    filters: dict[str, Any] | None = None


class Summary(Sent):
    """Of what a summary is wanted."""

    filters: dict[str, Any] | None = None


class Feedback(Sent):
    """What a memory is worth."""

    memory_id: str
    feedback: str | None = None
    feedback_reason: Annotated[str, Field(max_length=4_096)] | None = None


class ProfileJob(Sent):
    """A profile that a client wants to be made."""

    operation: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    limit: int | None = None


class ProfileSettings(Sent):
    """Settings of profiles that a client wants to have."""

    enabled: bool | None = None
    entities: Any = None
