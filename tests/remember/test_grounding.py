"""Whether messages support a claim: by quotes, or by words."""

from __future__ import annotations

import pytest

from graphmem.model.memory import Message
from graphmem.remember.grounding import Evidence, QuotePosition, is_distinctive

CHAT = Evidence(
    [
        Message("user", "Where do you live?", "Ben"),
        Message("assistant", "I moved to “Old  Town”, Oslo — last May.", "Anna"),
        Message("user", "My sister's dog is called Rex"),
        Message("user", "it sleeps all day"),
        Message("user", "nothing new"),
        Message("user", "nothing else"),
        Message("user", "bye"),
    ]
)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("moved to Old Town", QuotePosition(1, 2, 21)),
        ("MOVED TO\n'old town'", QuotePosition(1, 2, 21)),
        ("  sister's dog.", QuotePosition(2, 3, 15)),
        ("sister’s dog", QuotePosition(2, 3, 15)),
        # Of a quote with something left out its longest part is sought, if that is long enough to say anything.
        ("My ... dog is called Rex", QuotePosition(2, 12, 29)),
        ("My … dog is called Rex", QuotePosition(2, 12, 29)),
        ("My ... Rex ... by", None),
        ("never said", None),
        (" .,!", None),
        ("", None),
    ],
)
def test_a_quote_is_found_with_its_position(quote: str, place: QuotePosition | None) -> None:
    assert CHAT.find(quote, ()) == place


def test_preferred_messages_come_first() -> None:
    assert CHAT.find("nothing", ()) == QuotePosition(4, 0, 7)
    assert CHAT.find("nothing", (5,)) == QuotePosition(5, 0, 7)


@pytest.mark.parametrize("mark", "\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇*\u00ad\u200b\ufeff")
def test_marks_inside_a_quote_make_no_difference(mark: str) -> None:
    assert Evidence([Message("user", f"likes gre{mark}en tea")]).find("green tea", ()) is not None
    assert Evidence([Message("user", "likes green tea")]).find(f"gre{mark}en tea", ()) is not None


def test_an_answer_follows_directly_from_the_other_side() -> None:
    assert CHAT.answers(0, 1)
    assert not CHAT.answers(1, 2), "nobody asked"
    assert not CHAT.answers(0, 2), "not at once"
    assert not Evidence([Message("user", "Tea?"), Message("user", "Yes")]).answers(0, 1), "the same side"


@pytest.mark.parametrize(
    ("text", "places", "share"),
    [
        ("Sister's dog is called Rex", [2], 1.0),
        ("Sister Greta", [2], 6 / 11),
        # "it" is told of in the messages just before, but not of those further back.
        ("Rex sleeps", [3], 1.0),
        ("Rex sleeps", [6], 6 / 9),
        ("Rex", [6], 0.0),
        # A date is worked out, not said; the words that put a fact in the third person say nothing.
        ("Moved 2026-05-01", [1], 1.0),
        ("User enjoys the dog", [2], 1.0),
        ("", [2], 0.0),
    ],
)
def test_share_of_a_text_that_occurs_in_messages(text: str, places: list[int], share: float) -> None:
    assert CHAT.share(text, places) == pytest.approx(share)


def test_before_0_looks_at_the_message_alone() -> None:
    assert CHAT.share("Rex sleeps", [3], before=0) == pytest.approx(6 / 9)


FRAME = (
    "user users the and has have had was were are been being with for from that this who their they does did not like likes "
    "love loves enjoy enjoys prefer prefers want wants need needs own owns live lives work works use uses plan plans feel "
    "feels think thinks called named said says mentioned"
)


@pytest.mark.parametrize("word", FRAME.split())
def test_frame_words_support_nothing(word: str) -> None:
    # Were it content, four or more of these letters would not be found.
    assert Evidence([Message("user", "xylophone")]).share(f"{word} xylophone", [0]) == 1.0


def test_frame_words_count_if_there_are_no_others() -> None:
    assert Evidence([Message("user", "they did not like it")]).share("they did not", [0]) == 1.0


@pytest.mark.parametrize(
    ("said", "claimed", "share"),
    [
        ("I was swimming", "swims", 0.0),
        ("I was swimming", "swimmers", 1.0),
        ("a volunteer", "volunteers", 1.0),
        ("underground music", "ground", 1.0),
        ("a cat", "category", 0.0),
    ],
)
def test_words_of_one_stem_match(said: str, claimed: str, share: float) -> None:
    assert Evidence([Message("user", said)]).share(claimed, [0]) == share


def test_scripts_without_spaces_are_compared_in_pairs() -> None:
    said = Evidence([Message("user", "私は東京に住んでいます")])
    assert said.share("東京に住む", [0]) == pytest.approx(6 / 8)
    assert said.mentions("東京")
    assert not said.mentions("京都")


def test_a_speakers_name_counts_as_mentioned() -> None:
    assert CHAT.mentions("Anna")
    assert not CHAT.mentions("Greta")


@pytest.mark.parametrize(
    ("quote", "telling"),
    [
        ("yes", False),
        ("green tea", True),
        ("gr ee n t", False),
        ("東京に住", True),
        ("東京に", False),
        ("...yes....", False),
    ],
)
def test_a_distinctive_quote_has_eight_characters(quote: str, telling: bool) -> None:
    assert is_distinctive(quote) is telling


@pytest.mark.parametrize("verb", ["should", "must", "shall", "will", "would"])
def test_how_the_assistant_should_behave_is_supported_by_a_short_order(verb: str) -> None:
    assert Evidence([Message("system", "Be brief.")]).share(f"{verb} be brief", [0]) == 1.0
