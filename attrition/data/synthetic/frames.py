"""Tables of the simulation, which are dictionaries of arrays, and functions that several modules use on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = dict[str, NDArray]
"""A table: its columns by name, all of equal length."""

NEVER = 10**6
"""A day or number of months that means "never", larger than any real one; negative for events in the past."""


def concat_rows(frames: Sequence[Frame]) -> Frame:
    """Return the rows of several frames with the same columns, one below the other.

    Examples
    --------
    >>> concat_rows([{"seat": np.array([1])}, {"seat": np.array([2, 3])}])["seat"].tolist()
    [1, 2, 3]
    """
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def hinge(value: NDArray | float, ceiling: float = np.inf) -> NDArray:
    """Return the value clipped to the range from zero to a ceiling.

    Examples
    --------
    >>> hinge(np.array([-1.0, 0.5, 3.0]), 2.0).tolist()
    [0.0, 0.5, 2.0]
    """
    return np.clip(value, 0.0, ceiling)
