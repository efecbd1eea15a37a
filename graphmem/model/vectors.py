"""Vectors as stores expect them: float32, of unit length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

# Shorter vectors are rounding errors of zero; to scale them up would give a random direction.
_TINY = 1e-8
# How far the square of a length of 1 may be from 1.
_UNIT = 1e-4


def unit_vectors(rows: npt.NDArray[np.float32]) -> list[Vector | None]:
    """The rows of an array of shape (n, dimensions), scaled to length 1.

    A row of length 0, or one that is not finite, has no direction to compare: it becomes None.
    """
    with np.errstate(over="ignore"):
        lengths = np.sqrt(np.add.reduce(rows * rows, axis=1))
    if np.isinf(lengths).any() and (huge := np.isinf(lengths) & np.isfinite(rows).all(axis=1)).any():
        # The squares of its numbers are no 32-bit floats.
        rows = rows.copy()
        rows[huge] /= np.abs(rows[huge]).max(axis=1, keepdims=True)
        lengths[huge] = np.sqrt(np.add.reduce(rows[huge] * rows[huge], axis=1))
    return [
        (row / length).astype(np.float32, copy=False) if math.isfinite(length) and length > _TINY else None
        for row, length in zip(rows, lengths, strict=True)
    ]


def directions(given: Any) -> list[Vector | None]:
    """Vectors that somebody else made, as stores expect them; None for those without a direction.

    Args:
        given: for each text a sequence of numbers, or None.

    Raises:
        ValueError: it is something else, or numbers are not finite. The message says what was given.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Sequence | np.ndarray):
        raise ValueError(f"{type(given).__name__}, and no list with a vector for each text")
    return [None if each is None else _direction(each) for each in given]


def _direction(given: Any) -> Vector | None:
    if isinstance(given, np.ndarray) and given.dtype == np.float32 and given.ndim == 1:
        # As cosines() has it.
        with np.errstate(invalid="ignore", over="ignore"):
            square = float(given @ given)
        if abs(square - 1) < _UNIT:
            return given
    try:
        with np.errstate(over="ignore"):
            found = np.asarray(given, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        found = np.empty(0, dtype=np.float32)
    if found.ndim != 1 or not found.size or isinstance(given, str | bytes):
        raise ValueError(f"{type(given).__name__} as a vector: it must be a list of numbers, or None")
    if not np.isfinite(found).all():
        raise ValueError("a vector with numbers that are not finite 32-bit floats")
    return unit_vectors(found[None, :])[0]


def cosines(matrix: npt.NDArray[np.float32], query: Vector) -> npt.NDArray[np.float32]:
    """Cosine of the query with each row, float32 of shape (n,).

    Args:
        matrix: vectors of unit length, shape (n, dimensions).
        query: of unit length.
    """
    # The kernels of BLAS read past the end of short vectors and may raise the processor's flag for "invalid" from what they find
    # there, though no result depends on it: https://github.com/numpy/numpy/issues/24067. Programs that turn warnings into errors
    # would fail now and then.
    with np.errstate(invalid="ignore"):
        return matrix @ query


Vector: TypeAlias = npt.NDArray[np.float32]
