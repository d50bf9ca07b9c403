"""From numbers to the columns of an export: staff numbers, names, dates, moments; what never happened is null."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic.world import NEVER

FIRST_AGENT = 10001


def staff(numbers: NDArray) -> pa.Array:
    """Write staff numbers as text of seven digits.

    Examples
    --------
    >>> staff(np.array([42, 42, 600001])).to_pylist()
    ['0000042', '0000042', '0600001']
    """
    known, places = np.unique(numbers, return_inverse=True)
    return pa.array([f"{number:07d}" for number in known], pa.string()).take(pa.array(places))


def agent(persons: NDArray) -> pa.Array:
    """Write the staff numbers of agents by their places in the register."""
    return staff(FIRST_AGENT + persons)


def name(names: Sequence[str], codes: NDArray) -> pa.Array:
    """Write the names that codes stand for; an empty name is null."""
    return pa.array([text or None for text in names], pa.string()).take(pa.array(codes.astype(np.int64)))


def date(days: NDArray) -> pa.Array:
    """Write days since 1970 as dates."""
    never = np.abs(days) >= NEVER
    return pa.array(np.where(never, 0, days).astype(np.int32), pa.int32(), mask=never).cast(pa.date32())


def moment(seconds: NDArray) -> pa.Array:
    """Write seconds since 1970, local time, as moments."""
    return pa.array(seconds.astype(np.int64), pa.int64()).cast(pa.timestamp("s"))


def whole(values: NDArray) -> pa.Array:
    """Write whole numbers."""
    return pa.array(np.asarray(values).astype(np.int64))


def small(values: NDArray) -> pa.Array:
    """Write whole numbers that are small, narrowly, for the big tables."""
    return pa.array(np.asarray(values).astype(np.int32))


def number(values: NDArray, digits: int = 2) -> pa.Array:
    """Write numbers, rounded; not-a-number is null."""
    rounded = np.round(np.asarray(values, dtype=np.float64), digits)
    return pa.array(rounded, mask=np.isnan(rounded))


def flag(values: NDArray) -> pa.Array:
    """Write yes or no."""
    return pa.array(np.asarray(values).astype(bool))
