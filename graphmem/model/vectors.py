"""Vectors as stores expect them: float32, of unit length."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

# Shorter vectors are rounding errors of zero; to scale them up would give a random direction.
_TINY = 1e-8


def unit_vectors(rows: npt.NDArray[np.float32]) -> list[Vector | None]:
    """The rows of an array of shape (n, dimensions), scaled to length 1.

    A row of length 0, or one that is not finite, has no direction to compare: it becomes None.
    """
    lengths = np.linalg.norm(rows, axis=1)
    return [
        (row / length).astype(np.float32) if np.isfinite(length) and length > _TINY else None
        for row, length in zip(rows, lengths, strict=True)
    ]


Vector: TypeAlias = npt.NDArray[np.float32]
