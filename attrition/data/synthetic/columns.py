"""Convert arrays of numbers to Arrow columns of an export: ids, labels, dates, timestamps, numbers, booleans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic.frames import NEVER

FIRST_AGENT = 10001


def staff_ids(numbers: NDArray) -> pa.Array:
    """Return staff numbers as text of seven digits.

    Examples
    --------
    >>> staff_ids(np.array([42, 42, 600001])).to_pylist()
    ['0000042', '0000042', '0600001']
    """
    unique, indices = np.unique(numbers, return_inverse=True)
    return pa.array([f"{number:07d}" for number in unique], pa.string()).take(pa.array(indices))


def agent_ids(persons: NDArray) -> pa.Array:
    """Return the ids of agents from their row numbers in the register of persons."""
    return staff_ids(FIRST_AGENT + persons)


def labels(texts: Sequence[str], codes: NDArray) -> pa.Array:
    """Return the text of each code, which is its position in `texts`; an empty text is null."""
    return pa.array([text or None for text in texts], pa.string()).take(pa.array(codes.astype(np.int64)))


def dates(days: NDArray) -> pa.Array:
    """Return days since 1970 as dates; days from `NEVER` on, and up to -`NEVER`, are null."""
    is_never = np.abs(days) >= NEVER
    return pa.array(np.where(is_never, 0, days).astype(np.int32), pa.int32(), mask=is_never).cast(pa.date32())


def timestamps(seconds: NDArray) -> pa.Array:
    """Return seconds since 1970, local time, as timestamps."""
    return pa.array(seconds.astype(np.int64), pa.int64()).cast(pa.timestamp("s"))


def integers(values: NDArray) -> pa.Array:
    """Return numbers as 64-bit integers."""
    return pa.array(np.asarray(values).astype(np.int64))


def small_integers(values: NDArray) -> pa.Array:
    """Return numbers as 32-bit integers, to save space in the big tables."""
    return pa.array(np.asarray(values).astype(np.int32))


def numbers(values: NDArray, digits: int = 2) -> pa.Array:
    """Return numbers rounded to `digits` decimals; NaN is null."""
    rounded = np.round(np.asarray(values, dtype=np.float64), digits)
    return pa.array(rounded, mask=np.isnan(rounded))


def booleans(values: NDArray) -> pa.Array:
    """Return booleans."""
    return pa.array(np.asarray(values).astype(bool))
