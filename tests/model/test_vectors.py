"""Vectors as stores expect them, and how alike they are."""

from __future__ import annotations

import numpy as np
import pytest

from graphmem.model.vectors import cosines, unit_vectors


def test_rows_become_of_length_one_and_those_without_direction_none() -> None:
    rows = np.array([[3, 4], [0, 0], [np.inf, 1], [np.nan, 0]], dtype=np.float32)
    first, *others = unit_vectors(rows)
    assert first is not None
    assert first.tolist() == pytest.approx([0.6, 0.8])
    assert others == [None, None, None]


@pytest.mark.filterwarnings("error")
def test_cosines_say_nothing_of_the_processors_flag_for_invalid() -> None:
    # A row that really is invalid raises the flag on every processor.
    matrix = np.array([[1, 0], [0, 1], [np.inf, -np.inf]], dtype=np.float32)
    found = cosines(matrix, np.array([1, 1], dtype=np.float32))
    assert found[:2].tolist() == [1, 1]
    assert np.isnan(found[2])
