"""What a local server is started with: its settings, the arguments of Java, and its password."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphmem.errors import ConfigurationError
from graphmem.stores.neo4j.local.files import write

DEFAULT_VERSION = "2026.08.1"
LTS_VERSION = "5.26.30"

# Release line → its main class, and the settings that only it knows. Setting the quiet periods to 0 makes a stop take 1 s
# instead of 11 s. With fleet discovery, the server would announce itself to the whole local network.
_RELEASES = {
    "5.26": ("org.neo4j.server.CommunityEntryPoint", "internal.dbms.bolt.netty_server_shutdown_quiet_period=0"),
    "2026": (
        "org.neo4j.server.Neo4jCommunity",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s\nserver.fleet_discovery.enabled=false\n"
        "dbms.fleet_manager.enabled=false\nserver.http.x_forward.enabled=false",
    ),
}
_SETTINGS = """\
# graphmem writes this file at every start: changes made here are lost.
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt_port}
server.bolt.advertised_address=127.0.0.1:{bolt_port}
server.http.listen_address=127.0.0.1:{http_port}
server.http.advertised_address=127.0.0.1:{http_port}
server.https.enabled=false
server.memory.pagecache.size={page_cache}
server.config.strict_validation.enabled=false
db.tx_log.preallocate=false
db.logs.query.enabled=OFF
dbms.usage_report.enabled=false
client.allow_telemetry=false
browser.remote_content_hostname_whitelist=127.0.0.1,localhost
{more}"""
ARGUMENTS = "conf/java.args"
_JAVA_OPTIONS = """-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED
--sun-misc-unsafe-memory-access=allow --add-opens=java.base/java.nio=ALL-UNNAMED
--add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"""


@dataclass(frozen=True, slots=True)
class Java:
    """How Java runs the server: the maximum size of its heap, such as ``512m``, more options of its own, and the class path."""

    heap: str
    options: Sequence[str]
    jars: Sequence[str]


def release_of(version: str) -> str:
    """The release line of a version: ``5.26`` or ``2026``.

    Raises:
        ConfigurationError: it is of none of these, or no version at all.
    """
    release = re.fullmatch(r"(2026|5\.26)(\.\d+){1,2}", version)
    if not release:
        raise ConfigurationError(f"version is {version!r}; give 2026.x or 5.26.x, such as {DEFAULT_VERSION}")
    return release[1]


def write_configuration(folder: Path, release: str, ports: Mapping[str, int], page_cache: str, java: Java) -> None:
    """Write the settings of the server and the arguments of Java into its home.

    Args:
        release: as from `release_of`. ports: ``bolt_port`` and ``http_port``.
        page_cache: memory for caching the graph's files, such as ``64m``.
    """
    main_class, more = _RELEASES[release]
    write(folder / "conf/neo4j.conf", _SETTINGS.format(more=more, page_cache=page_cache, **ports))
    arguments = [
        f"-Xmx{java.heap}",
        *_JAVA_OPTIONS.split(),
        *java.options,
        "-cp",
        os.pathsep.join(java.jars),
        main_class,
    ]
    arguments += [f"--home-dir={folder}", f"--config-dir={folder}/conf"]
    # Java's argument files escape quotes and backslashes like JSON.
    write(folder / ARGUMENTS, "\n".join(json.dumps(argument, ensure_ascii=False) for argument in arguments))


def write_password(folder: Path) -> None:
    """Write the password if there is none, then its hash: a hash without its password would lock everybody out."""
    path = folder / "password"
    if not path.exists():
        if (folder / "data/databases/system").exists():
            raise ConfigurationError(f"{path} is missing, but the database has a password; write it to this file again")
        write(path, secrets.token_urlsafe(24))
    salt = secrets.token_bytes(32)
    digest = salt + path.read_bytes().strip()
    for _ in range(1024):
        digest = hashlib.sha256(digest).digest()
    write(folder / "data/dbms/auth.ini", f"neo4j:SHA-256,{digest.hex()},{salt.hex()},1024:")
