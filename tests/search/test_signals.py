"""Each signal by itself, with numbers that can be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from graphmem.model.candidates import Candidates
from graphmem.model.requests import Candidate
from graphmem.model.walk import Link
from graphmem.model.words import Term, term
from graphmem.search import signals
from graphmem.search.asked import Asked, asked
from graphmem.search.conversation import Conversation
from graphmem.search.terms import query_names, query_terms

TEA, MILK, SUGAR = (Term(word, (word,)) for word in ("tea", "milk", "sugar"))
TERMS = (TEA, MILK)


def message(id: str, position: int | None, *held: int, **more: Any) -> Candidate:
    return Candidate(id, **{"conversation": "c", "position": position, "held": held, "verbatim": True, **more})


def fact(id: str, position: int | None, *held: int, **more: Any) -> Candidate:
    return message(id, position, *held, **{"verbatim": False, **more})


def coverage(
    *found: Candidate, terms: tuple[Term, ...] = TERMS, window: tuple[float, ...] = (), same_source: float = 0.0
) -> list[float]:
    candidates = Candidates.of(found, len(terms))
    firmly = signals.held(candidates, terms, 0.0)
    where = Conversation(candidates, max(1, len(window)))
    covered: list[float] = signals.coverage(candidates, where, firmly, terms, window, same_source).tolist()
    return [round(share, 6) for share in covered]


def held(*found: Candidate, terms: tuple[Term, ...] = TERMS, graph: float = 0.5) -> list[list[float]]:
    rows: list[list[float]] = signals.held(Candidates.of(found, len(terms)), terms, graph).tolist()
    return rows


def test_a_word_of_the_text_is_held_less_firmly_in_a_long_text() -> None:
    found = held(*(Candidate("a", held=(1,), length=length) for length in (0, 1, 170, 680, 17_000)))
    assert found == [[0, 1], [0, 1], [0, 1], [0, 0.5], [0, pytest.approx(0.1)]]


def test_a_word_of_an_entity_or_a_label_is_held_too() -> None:
    entity = Candidate("a", entities=("earl grey teas",))
    label = Candidate("b", labels=("food", "likes_milk"))
    neither = Candidate("c", entities=("teapot",), people=("tea",))
    assert held(entity, label, neither) == [[0.5, 0], [0, 0.5], [0, 0]]
    assert held(entity, label, neither, graph=0.0) == [[0, 0]] * 3


def test_a_word_of_a_label_is_not_damped_by_length() -> None:
    long = {"length": 680, "held": (0,)}
    named = Candidate("a", labels=("tea",), **long)  # type: ignore[arg-type]
    assert held(named, Candidate("b"), graph=1.0)[0] == [1, 0]
    # It adds nothing to what the text holds more firmly.
    assert held(named, Candidate("b"), graph=0.25)[0] == [0.5, 0]


def test_a_word_that_more_than_half_have_by_their_labels_is_no_label() -> None:
    filed, other = Candidate("a", labels=("tea",)), Candidate("b")
    assert held(filed, filed, other, other) == [[0.5, 0]] * 2 + [[0, 0]] * 2
    assert held(filed, filed, other) == [[0, 0]] * 3
    # What stands in the texts counts however many hold it.
    assert held(*[Candidate("a", held=(0,), labels=("tea",))] * 3) == [[1, 0]] * 3


def test_no_terms_are_held_by_nobody() -> None:
    assert signals.held(Candidates.of([Candidate("a", labels=("tea",))], 0), (), 1.0).shape == (1, 0)


def idf(*columns: float, among: int, terms: tuple[Term, ...] = ()) -> list[float]:
    """Of terms that so many of the candidates hold."""
    found = np.zeros((among, len(columns)), dtype=np.float32)
    for place, count in enumerate(columns):
        found[: int(count), place] = 1
        found[int(count) : int(count) + 1, place] = count - int(count)
    return [float(weight) for weight in signals.idf(found, terms)]


def test_rare_words_tell_more() -> None:
    assert idf(0, 1, 9.5, among=200) == pytest.approx(
        [math.log(200.5 / 0.5), math.log(199.5 / 1.5), math.log(191 / 10)], rel=1e-5
    )


def test_rareness_is_reckoned_among_100_candidates_at_least() -> None:
    few = idf(0, 1, 2, among=2)
    assert few == pytest.approx([math.log(100.5 / 0.5), math.log(99.5 / 1.5), math.log(98.5 / 2.5)], rel=1e-5)
    assert idf(0, 1, 2, among=100) == few


def test_a_word_that_half_of_many_hold_tells_next_to_nothing() -> None:
    assert idf(100, 150, 200, among=200) == pytest.approx([1e-6] * 3)


def test_a_pair_of_characters_that_nobody_says_tells_less_than_such_a_word() -> None:
    terms = (TEA, term(["安宝"]), term(["宝春"]))
    word, pair, held = idf(0, 0, 1, among=200, terms=terms)
    assert (word, pair) == (pytest.approx(math.log(200.5 / 0.5)), pytest.approx(math.log(200.5 / 0.5) / 4))
    assert held == pytest.approx(math.log(199.5 / 1.5))


def test_words_are_covered_in_the_share_of_what_they_tell() -> None:
    # Each is held by two of the three, so both tell the same.
    assert coverage(message("both", 1, 0, 1), message("tea", 9, 0), message("milk", 19, 1)) == [1, 0.5, 0.5]
    rare, usual = math.log(99.5 / 1.5), math.log(98.5 / 2.5)
    shares = coverage(message("tea", 1, 0), message("tea too", 9, 0), message("milk", 19, 1), message("none", 29))
    assert shares == pytest.approx([usual / (rare + usual)] * 2 + [rare / (rare + usual), 0], abs=1e-5)


def test_a_word_that_nobody_holds_is_missed_by_all() -> None:
    found = coverage(message("tea", 1, 0), terms=(TEA, SUGAR))
    assert found == [pytest.approx(math.log(99.5 / 1.5) / (math.log(99.5 / 1.5) + math.log(100.5 / 0.5)), abs=1e-5)]
    assert coverage(message("none", 1)) == [0]


def test_nothing_is_covered_of_no_words() -> None:
    assert coverage(message("a", 1), terms=()) == [0]
    assert coverage() == []


def test_words_nearby_count_by_their_distance_on_both_sides() -> None:
    around = [message(f"{n}", n, *([0] if n == 5 else [])) for n in range(1, 10)]
    found = coverage(*around, terms=(TEA,), window=(0.5, 0.25, 0.125))
    assert found == [0, 0.125, 0.25, 0.5, 1, 0.5, 0.25, 0.125, 0]


def test_of_several_places_a_word_counts_where_it_stands_nearest() -> None:
    around = [message("far", 1, 0), message("mid", 3), message("near", 4, 0), message("twin", 4, 0)]
    # Neither the sum of all, nor the last one that was looked at.
    assert coverage(*around, terms=(TEA,), window=(0.5, 0.25)) == [1, 0.5, 1, 1]


def test_each_word_is_looked_for_by_itself() -> None:
    around = [message("tea", 1, 0), message("none", 2), message("milk", 3, 1)]
    assert coverage(*around, window=(0.5, 0.25)) == [0.5 + 0.125, 0.5, 0.5 + 0.125]


def test_a_long_neighbour_lends_its_words_less_firmly() -> None:
    long, short = message("long", 1, 0, length=680), message("short", 2)
    assert coverage(long, short, terms=(TEA,), window=(0.5,)) == [0.5, 0.25]


def test_neighbours_are_of_the_same_conversation() -> None:
    here, there = message("here", 1, 0), message("there", 2, conversation="d")
    nowhere = message("nowhere", None, conversation=None)
    assert coverage(here, there, nowhere, terms=(TEA,), window=(0.5,)) == [1, 0, 0]
    # What has no place is no neighbour of what has none either.
    assert coverage(message("a", None, 0), nowhere, terms=(TEA,), window=(0.5,)) == [1, 0]


def test_a_message_and_the_facts_drawn_from_it_lend_each_other_words() -> None:
    both = {"terms": TERMS, "same_source": 0.5}
    assert coverage(message("said", 3, 0), fact("drawn", 3, 1), **both) == [0.75, 0.75]  # type: ignore[arg-type]
    # Facts lend each other nothing: each would rank as all of them.
    assert coverage(fact("one", 3, 0), fact("other", 3, 1), **both) == [0.5, 0.5]  # type: ignore[arg-type]
    found = coverage(message("said", 3), fact("one", 3, 0), fact("other", 3, 1), **both)  # type: ignore[arg-type]
    assert found == [0.5, 0.5, 0.5]


def test_other_messages_are_no_source() -> None:
    others = [message("said", 4), message("elsewhere", 3, conversation="d")]
    assert coverage(fact("drawn", 3, 0), *others, terms=(TEA,), same_source=0.5) == [1, 0, 0]
    nowhere = message("nowhere", None, conversation=None)
    assert coverage(fact("drawn", None, 0, conversation=None), nowhere, terms=(TEA,), same_source=0.5) == [1, 0]


def meaning(*found: Candidate, share: float = 0.25) -> list[float]:
    candidates = Candidates.of(found, 0)
    cosines: list[float] = signals.meaning(candidates, Conversation(candidates, 1), share).tolist()
    return [round(each, 6) for each in cosines]


def test_meaning_is_the_cosine_at_least_0() -> None:
    vectors = (1.0, 0.75, 0.5, 0.25, 0.0, None)
    assert meaning(*(Candidate("a", vector=vector) for vector in vectors), share=0.0) == [1, 0.5, 0, 0, 0, 0]


def test_meaning_has_a_share_of_the_messages_just_before_and_after() -> None:
    around = [message(f"{n}", n, vector=1.0 if n == 3 else 0.5) for n in range(1, 6)]
    # All are divided by 1.5, so that nothing has more than 1.
    assert meaning(*around) == pytest.approx([0, 1 / 6, 2 / 3, 1 / 6, 0], abs=1e-6)
    assert meaning(*(message(f"{n}", n, vector=1.0) for n in range(3))) == pytest.approx([5 / 6, 1, 5 / 6], abs=1e-6)


def test_of_each_message_the_closest_memory_counts() -> None:
    found = meaning(message("a", 1), message("b", 2, vector=0.75), message("c", 2, vector=1.0), message("d", 2))
    assert found == pytest.approx([1 / 6, 1 / 3, 2 / 3, 0], abs=1e-6)


def links(what: Asked, *given: Link, query: str = "", **told: Any) -> float:
    terms = query_terms(query) if query else ()
    candidates = Candidates.of([Candidate("a", links=given, **told)], len(terms))
    found = signals.held(candidates, terms, 1.0)
    return float(signals.links(candidates, what, terms, found, frozenset(query_names(query)))[0])


def test_a_relation_that_very_many_have_tells_less_of_each() -> None:
    what, visited = asked("Which cities has Maria visited?"), Link("named", "visited", True)

    def strength(count: int) -> float:
        linked = [Candidate(str(n), links=(visited,)) for n in range(count)]
        candidates = Candidates.of([*linked, Candidate("other")], 0)
        return float(signals.links(candidates, what, (), signals.held(candidates, (), 1.0))[0])

    assert strength(1) == strength(signals.MANY) == links(what, visited)
    assert strength(2 * signals.MANY) == pytest.approx(strength(1) / 2)


def test_the_best_relation_counts() -> None:
    what = asked("Which cities has Maria visited?")
    visited, wants = Link("named", "visited", True), Link("named", "wants_to_visit", True)
    assert links(what, visited) > links(what, wants) > 0
    assert links(what, wants, visited) == links(what, visited, wants) == links(what, visited)
    assert links(what) == 0
    assert links(Asked(), visited) == 0


def test_a_relation_counts_as_much_of_the_question_as_it_answers() -> None:
    visited = Link("named", "visited", True)

    def share(query: str, **told: Any) -> float:
        return links(asked(query), visited, query=query, **told)

    assert share("Which cities did Maria visit?", people=("maria",)) == 1
    assert share("Where has Maria been?", people=("maria",)) == share("Where has she been?") > 0.5
    # Who is meant is no person that the graph knows of, but something it mentions.
    assert share("Which cities did Maria visit?", entities=("maria",)) == 1
    # Of five words, it tells nothing of "sell" and "paintings".
    sold = "Which cities did Maria visit to sell her paintings?"
    assert share(sold, people=("maria",)) == pytest.approx(0.6)
    # The memory holds one of them itself.
    place = [term.stem for term in query_terms(sold)].index("sell")
    assert share(sold, people=("maria",), held=(place,)) > 0.7
    # A thing that is named is what is asked about a person, not who is meant.
    assert share("Which cities did Maria visit to see Monet?", people=("maria",), entities=("monet",)) < 1


def test_a_topic_tells_the_less_the_more_the_words_find() -> None:
    filed, other = Candidate("a", labels=("likes", "food")), Candidate("b", labels=("travel",))

    def topics(*words: float) -> list[float]:
        both = Candidates.of([filed, other], 0)
        found: list[float] = signals.topics(both, frozenset({"food"}), np.array(words, np.float32)).tolist()
        return found

    assert topics(0, 0) == [1, 0]
    # It does not matter whose words those are.
    assert topics(0.75, 0) == topics(0, 0.75) == [0.25, 0]
    assert topics(1, 0) == [0, 0]
    assert signals.topics(Candidates.of([filed], 0), frozenset(), np.zeros(1, np.float32)).tolist() == [0]


SAID_BY_BEN = message("by ben", 1, speaker="Ben")
SAID_BY_ANNA = message("by anna", 2, 0, speaker="Anna")
ABOUT_BEN = fact("about ben", 3, speaker="Anna", people=("ben", "clara"))
NAMES_BEN = fact("names ben", 3, 0, speaker="Anna")
OTHER = fact("other", 3, 1, speaker="Anna", people=("clara",))


def of_person(
    found: list[Candidate], person: str, terms: tuple[Term, ...], names: frozenset[str] = frozenset()
) -> list[bool]:
    about: list[bool] = signals.of_person(Candidates.of(found, len(terms)), person, terms, names).tolist()
    return about


@pytest.mark.parametrize(
    ("found", "about"),
    [
        # A message that names Ben is about whoever says it, as long as Ben speaks himself.
        ([SAID_BY_BEN, SAID_BY_ANNA, ABOUT_BEN, NAMES_BEN, OTHER], [True, False, True, True, False]),
        ([SAID_BY_ANNA, ABOUT_BEN, NAMES_BEN, OTHER], [True, True, True, False]),
        ([message("nobody's", 1, 0), message("nobody's", 2, 1)], [True, False]),
    ],
)
def test_which_memories_are_about_a_person(found: list[Candidate], about: list[bool]) -> None:
    assert of_person(found, "ben", (Term("ben", ("ben",)), MILK)) == about


def test_who_is_meant_by_a_role_is_about_the_person() -> None:
    """ "Ben's sister" is Clara: what the graph begins with, though the question does not name her."""
    names = frozenset({"ben", "porto"})
    sisters = fact("sister's", 3, entities=("clara",), hops=0)
    further = fact("further", 3, entities=("lisbon",), hops=1)
    # Another thing that the question names is nobody of his.
    place = fact("place", 3, entities=("porto",), hops=0)
    said = message("said", 3, entities=("clara",), hops=0, speaker="Anna")
    found = [sisters, further, place, said]
    assert of_person(found, "ben", (), names) == [True, False, False, True]
    # Where Ben speaks himself, messages of others are about others.
    assert of_person([*found, SAID_BY_BEN], "ben", (), names) == [True, False, False, False, True]


def test_a_part_of_the_name_is_enough() -> None:
    assert of_person([NAMES_BEN, OTHER], "ben rossi", (Term("ben", ("ben",)), MILK)) == [True, False]


def test_a_speaker_is_known_by_the_key_of_the_name() -> None:
    assert of_person([message("a", 1, speaker="  BEN  Rossi ")], "ben rossi", ()) == [True]


def substance(length: int, *, verbatim: bool = True, weight: float = 0.5) -> float:
    return float(signals.substance([Candidate("a", length=length, verbatim=verbatim)], weight)[0])


def test_short_messages_say_less() -> None:
    # One word, and as many as are enough.
    assert [substance(length) for length in (0, 1, 5)] == pytest.approx([1 / 1.5] * 3)
    assert [substance(length) for length in (225, 226, 9_999)] == pytest.approx([1.0] * 3)
    # By the logarithm: of 40 words, 6 are about half.
    half = math.log(35 / 5.6) / math.log(225 / 5.6)
    assert substance(35) == pytest.approx((1 + 0.5 * half) / 1.5, rel=1e-5)
    assert substance(35, weight=0.0) == 1


def test_facts_are_short_because_they_are_dense() -> None:
    assert substance(5, verbatim=False) == 1
