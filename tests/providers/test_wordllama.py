"""The local embedder."""

from __future__ import annotations

import pytest

from graphmem._sync.providers.wordllama import WordLlamaEmbedder, _model, _one


@pytest.mark.parametrize("text", ["Anna likes green tea", "", "  ", "我用Python写代码", "tea\0", "long " * 3_000])
def test_one_text_has_the_floats_that_the_library_gives_it(text: str) -> None:
    assert _one(_model(), text).tobytes() == _model().embed([text]).tobytes()


def test_one_text_and_many_are_vectors_and_none_where_there_is_no_meaning() -> None:
    embed = WordLlamaEmbedder().embed
    assert embed([]) == embed([""])[1:] == []
    [tea], [nothing] = embed(["tea"]), embed([""])
    assert nothing is None
    assert tea is not None
    assert tea.shape == (256,)
    assert embed(["tea", ""])[1] is None
