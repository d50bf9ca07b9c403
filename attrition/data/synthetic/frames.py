"""Tables of the simulation as dictionaries of arrays, one array per column, and what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = dict[str, NDArray]
"""Columns of equal length (or of seats), by name."""

NEVER = 10**6
"""A day, or a number of months, so far away that it is never reached."""


def concat_rows(frames: Sequence[Frame]) -> Frame:
    """Return the rows of several frames with the same columns, one below the other.

    Examples
    --------
    >>> concat_rows([{"seat": np.array([1])}, {"seat": np.array([2, 3])}])["seat"].tolist()
    [1, 2, 3]
    """
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def hinge(value: NDArray | float, top: float = np.inf) -> NDArray:
    """Return the value clipped to zero from below and to a ceiling from above.

    Examples
    --------
    >>> hinge(np.array([-1.0, 0.5, 3.0]), 2.0).tolist()
    [0.0, 0.5, 2.0]
    """
    return np.clip(value, 0.0, top)
