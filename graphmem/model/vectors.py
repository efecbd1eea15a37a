"""Vectors as stores want them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

_TINY = 1e-8


def unit_vectors(rows: npt.NDArray[np.float32]) -> list[Vector | None]:
    """Rows of shape (n, dimensions) scaled to length 1; None for a row of length 0, which has no direction to compare."""
    lengths = np.linalg.norm(rows, axis=1)
    return [
        (row / length).astype(np.float32) if np.isfinite(length) and length > _TINY else None
        for row, length in zip(rows, lengths, strict=True)
    ]


Vector: TypeAlias = npt.NDArray[np.float32]
