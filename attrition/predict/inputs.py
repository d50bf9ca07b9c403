"""The strict door of the served model: plain rows in, a clean table of features out, or a refusal that repeats nothing.

A number is a number, a category is text, null and a missing field mean unknown. Text in a number, true or false,
infinity, an integer too large to be held exactly, and a field the model does not know are refused by field name
and row number. Values and unknown field names are never repeated: they may be a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.errors import DataError, nearest

if TYPE_CHECKING:
    from attrition.features.declare import Feature

IDENTITY = ("agent_id", "as_of")
"""Fields a row may carry that the model neither uses nor gives back."""

MOST_FAULTS = 20
LARGEST = 2**53


class InvalidInput(DataError):
    """The rows cannot be scored; the message holds field names of the model and row numbers only."""


def from_records(records: object, features: Sequence[Feature]) -> pd.DataFrame:
    """Check plain JSON rows.

    Parameters
    ----------
    records : object
        What the JSON held; must be a list of objects.
    features : sequence of Feature
        What the model reads.

    Returns
    -------
    DataFrame
        One row per record, one column per feature: float64, or text or None for a category.

    Raises
    ------
    InvalidInput
        Anything else.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> ratio = Feature(name="pay_market_ratio", family="pay", lever="pay", en="", zh="", unit="ratio")
    >>> from_records([{"pay_market_ratio": "0.98"}], [ratio])
    Traceback (most recent call last):
    attrition.predict.inputs.InvalidInput: row 1, pay_market_ratio: text where a number is needed
    """
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise InvalidInput("rows must be a list of objects, one per agent-month")
    if not records:
        raise InvalidInput("there are no rows")
    _refuse_unknown(records, [feature.name for feature in features])
    columns = {feature.name: [record.get(feature.name) for record in records] for feature in features}
    return from_frame(pd.DataFrame(columns, dtype=object), features)


def from_frame(frame: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """Check a table of features, as MLflow hands it over; columns that are not features are left out."""
    if frame.empty:
        raise InvalidInput("there are no rows that hold a field of the model")
    faults: list[str] = []
    columns: dict[str, np.ndarray | pd.Series] = {}
    for feature in features:
        values = frame[feature.name] if feature.name in frame else pd.Series(None, index=frame.index, dtype=object)
        columns[feature.name], found = _texts(values) if feature.is_category else _numbers(values)
        faults += [f"row {row + 1}, {feature.name}: {fault}" for row, fault in found]
    if faults:
        more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise InvalidInput("; ".join(faults[:MOST_FAULTS]) + more)
    return pd.DataFrame(columns, index=frame.index)


Found = list[tuple[int, str]]


def _numbers(values: pd.Series) -> tuple[np.ndarray, Found]:
    if values.dtype.kind in "iuf":
        numbers = values.to_numpy(dtype=float)
    else:
        told = [_number_fault(value) for value in values]
        if any(told):
            return np.empty(0), [(row, fault) for row, fault in enumerate(told) if fault]
        numbers = np.array([np.nan if value is None or value is pd.NA else float(value) for value in values])
    return numbers, [(int(row), "infinity") for row in np.flatnonzero(np.isinf(numbers))]


def _number_fault(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true or false where a number is needed"
    if isinstance(value, (int, np.integer)):
        return "an integer too large to be held exactly" if abs(int(value)) > LARGEST else ""
    if isinstance(value, (float, np.floating)):
        return ""
    return f"{'text' if isinstance(value, str) else 'a nested value'} where a number is needed"


def _texts(values: pd.Series) -> tuple[pd.Series, Found]:
    known = values.notna()
    faults = [
        (row, "something else where a text is needed")
        for row, (value, is_known) in enumerate(zip(values, known, strict=True))
        if is_known and not isinstance(value, str)
    ]
    return values.astype(object).where(known, None), faults


def _refuse_unknown(records: list[dict[str, object]], names: list[str]) -> None:
    allowed = {*names, *IDENTITY}
    for row, record in enumerate(records):
        strange = [str(key) for key in record if key not in allowed]
        if strange:
            hint = nearest(strange[0], names)
            raise InvalidInput(f"row {row + 1}: {len(strange)} fields are not inputs of the model{hint}")
