"""Which of two processes runs a test: all tests on one Neo4j go to one of them, so that each server is started once."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

from tests.tools.servers import VERSIONS

_SERVERS = {value: name for name, version in VERSIONS.items() for value in (name, version)}
_ON_A_SERVER = re.compile(rf"\[(?:.*-)?({'|'.join(map(re.escape, _SERVERS))})(?:-.*)?\]$")


def group(test: str) -> str:
    """The name of the Neo4j that a test is for, by its id; else its file, whose fixtures are set up once as well."""
    on = _ON_A_SERVER.search(test)
    return _SERVERS[on[1]] if on else test.split("::")[0]


def order(test: str) -> int:
    """Tests on a server come first: they take longest, and one process starts its server while the other starts its own."""
    return [*VERSIONS, group(test)].index(group(test))


class ByServer(LoadScopeScheduling):
    """Hands out the groups in their order, each as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
