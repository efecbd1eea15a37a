"""Vectors as stores expect them: float32, of unit length."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

# Shorter vectors are rounding errors of zero; to scale them up would give a random direction.
_TINY = 1e-8


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
