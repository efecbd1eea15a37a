"""Whom the messages of an older store belong to."""

from __future__ import annotations

import pytest

from graphmem.model.memory import Role, Scope
from graphmem.stores.message_scopes import scope_of

ALEX, GUIDE = Scope(user_id="alex"), Scope(agent_id="guide")
BOTH = Scope(user_id="alex", agent_id="guide")
RUN = Scope(user_id="alex", run_id="r")
TRIP = Scope(user_id="alex", agent_id="guide", app_id="trips", run_id="r")


@pytest.mark.parametrize(
    ("role", "call", "scopes", "whose"),
    [
        # One id: all messages belong to it.
        ("user", ALEX, [ALEX], ALEX),
        ("assistant", ALEX, [ALEX], ALEX),
        ("user", GUIDE, [GUIDE, GUIDE], GUIDE),
        ("tool", GUIDE, [GUIDE], GUIDE),
        ("user", Scope(run_id="r"), [Scope(run_id="r")], Scope(run_id="r")),
        # Both: each has what it said.
        ("user", BOTH, [ALEX, GUIDE], ALEX),
        ("assistant", BOTH, [ALEX, GUIDE], GUIDE),
        ("user", TRIP, [Scope("alex", None, "trips", "r"), Scope(None, "guide", "trips", "r")], Scope("alex", None, "trips", "r")),
        ("tool", TRIP, [Scope("alex", None, "trips", "r"), Scope(None, "guide", "trips", "r")], Scope(None, "guide", "trips", "r")),
        # Only one of the two got a memory: nothing tells who the other one is.
        ("user", BOTH, [ALEX], ALEX),
        ("assistant", BOTH, [ALEX], None),
        ("assistant", BOTH, [GUIDE], GUIDE),
        ("user", BOTH, [GUIDE], None),
        # A memory of another run was updated, too.
        ("user", RUN, [Scope("alex", None, None, "q"), RUN], RUN),
        ("user", TRIP, [Scope("alex", None, None, "q"), Scope("alex", None, "trips", "r")], None),
        ("user", ALEX, [], None),
        ("system", ALEX, [ALEX], None),
    ],
)  # fmt: skip
def test_whose_a_message_is(role: Role, call: Scope, scopes: list[Scope], whose: Scope | None) -> None:
    assert scope_of(role, call.key, "offline", scopes) == whose


def test_what_is_stored_word_for_word_is_a_memory() -> None:
    assert scope_of("user", ALEX.key, None, [ALEX]) is None
