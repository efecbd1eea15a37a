"""Which of two processes runs a test: all tests on one Neo4j go to the same process, so that each server is started once."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

from tests.tools.servers import VERSIONS

_SERVERS = {value: name for name, version in VERSIONS.items() for value in (name, version)}
_ON_A_SERVER = re.compile(rf"\[(?:.*-)?({'|'.join(map(re.escape, _SERVERS))})(?:-.*)?\]$")


def group(test: str) -> str:
    """The name of the Neo4j server in a test's id; without one the test's file, so that its fixtures are set up once too."""
    server = _ON_A_SERVER.search(test)
    return _SERVERS[server[1]] if server else test.split("::")[0]


def order(test: str) -> int:
    """The place of a test's group. Tests on a server come first, because they take longest, and each process starts one server."""
    return [*VERSIONS, group(test)].index(group(test))


class ByServer(LoadScopeScheduling):
    """Hands out whole groups, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
