"""The commands that follow relations: relations by their ends, neighbours, paths, ask."""

from __future__ import annotations

import pytest

from tests.cli.test_commands import Run, run, store  # noqa: F401

SAID = "My name is Maria. My boss is Carla Lopez. I work at Google. My sister Anna lives in Berlin. Anna works at Acme."


@pytest.fixture
def told(run: Run) -> Run:  # noqa: F811
    assert run("add", SAID, "-u", "alice").code == 0
    assert run("add", "Ben works at Acme.", "-u", "alice").code == 0
    assert run("add", "My sister Zoe lives in Rome.", "-u", "bo").code == 0
    return run


def rows(out: str) -> list[list[str]]:
    return [line.split("\t") for line in out.splitlines()]


def test_relations_by_their_ends(told: Run) -> None:
    found = told("relations", "-u", "alice", "--subject", "anna", "--object", "berlin")
    assert [row[:3] for row in rows(found.out)] == [["Anna", "lives_in", "Berlin"]]
    assert told("relations", "-u", "alice", "--subject", "Berlin").err == "No relations found.\n"


def test_paths_are_told_in_words(told: Run) -> None:
    found = told("paths", "Maria", "google", "-u", "alice")
    # Who says "My name is Maria" is Maria.
    assert rows(found.out) == [["1", "user works at Google", "Works at Google"]]
    assert found.err == "Maria and google are 1 relation apart:\n"
    assert told("paths", "me", "Google", "-u", "alice").err == "me and Google are 1 relation apart:\n"
    [[one]] = told("paths", "Maria", "Google", "-u", "alice", "--json").json
    assert (one["source"], one["target"]) == ("user", "Google")


def test_what_is_not_found_is_said_with_what_is_like_it(told: Run) -> None:
    far = told("paths", "Ben", "Google", "-u", "alice")
    assert (far.code, far.out) == (0, "")
    assert far.err == "No path of up to 3 relations between Ben and Google found; --max-hops allows longer ones.\n"
    assert told("paths", "Ben", "Google", "-u", "alice", "--max-hops", "4").out
    assert told("paths", "Lopez", "Google", "-u", "alice").err == "No memory mentions Lopez. Known are: Carla Lopez.\n"
    assert told("neighbours", "Gogle", "-u", "alice").err == "No memory mentions Gogle. Known are: Google.\n"
    # Nothing of others is suggested.
    assert told("neighbours", "Zoe", "-u", "alice").err == "No memory mentions Zoe.\n"
    assert told("neighbours", "Zoe", "-u", "alice", "--json").json == []
    refused = told("paths", "Ben", "ben")
    assert (refused.code, refused.err) == (
        1,
        "Error: a and b are both 'Ben': give the names of two different entities\n",
    )


def test_neighbours_are_told_in_words(told: Run) -> None:
    near = rows(told("neighbours", "Anna", "-u", "alice").out)
    assert sorted(near) == [
        ["Acme", "organization", "1", "Anna works at Acme"],
        ["Berlin", "place", "1", "Anna lives in Berlin"],
        ["user", "person", "1", "Anna sister of user"],
    ]
    assert {row[0] for row in rows(told("neighbours", "Anna", "-u", "alice", "--hops", "2").out)} > {
        "Ben",
        "Google",
    }
    assert len(rows(told("neighbours", "me", "-u", "alice", "--limit", "2").out)) == 2


@pytest.mark.parametrize(
    ("question", "names", "says"),
    [
        ("How is Maria connected to Google?", ["Maria", "Google"], "Maria and Google are 1 relation apart:"),
        ("where does Anna's boss live?", ["Anna"], "Related to Anna:"),
        ("How do I know Ben?", ["user", "Ben"], "user and Ben are 3 relations apart:"),
        # Who asks about himself without asking for a connection is not one of two names.
        ("What should I tell Ben?", ["Ben"], "Related to Ben:"),
        ("Does Ben work at Google?", ["Ben", "Google"], "Ben and Google are 4 relations apart:"),
        ("What is for dinner in Rome?", [], "Nothing close was found."),
    ],
)
def test_ask_reads_names_in_a_question(told: Run, question: str, names: list[str], says: str) -> None:
    found = told("ask", question, "-u", "alice")
    assert found.err.splitlines()[0] == says
    answer = told("ask", question, "-u", "alice", "--json").json
    assert (answer["question"], answer["names"]) == (question, names)
    assert bool(answer["neighbours"]) is (len(names) == 1)
    assert [(row["a"], row["b"]) for row in answer["paths"]] == ([tuple(names)] if len(names) == 2 else [])
    assert len(answer["memories"]) == 3
    assert "Rome" not in found.out


def test_ask_where_nothing_is_known(told: Run) -> None:
    found = told("ask", "Where is Zoe?", "-u", "nobody")
    assert (found.out, found.err) == ("", "No memories found.\n")
