"""Validates the rows that are sent to the served model.

Numbers must be numbers and categories text; null and a missing field mean unknown. Text for a number, true or false,
infinity and integers too large to be exact are errors, named by field and row number. Fields that the model does not
have are an error in JSON, and are ignored in a table. Error messages never repeat values or unknown field names, since
they may be personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from attrition.features.declare import Feature

IDENTITY = ("agent_id", "as_of")
"""Fields that a row may have and that are ignored: predictions carry no identity."""

MAXIMUM_FAULTS_SHOWN = 20
LARGEST_INTEGER = 2**53
"""Larger integers are refused, since not all of them can be represented exactly as doubles."""


class InvalidInput(DataError):
    """The rows cannot be scored; the message holds only field names of the model and row numbers."""


def from_records(records: object, features: Sequence[Feature]) -> pd.DataFrame:
    """Return rows from JSON as a table of features, or raise an error that names what is wrong.

    Parameters
    ----------
    records : object
        The parsed JSON; must be a list of objects.
    features : sequence of Feature
        The features of the model.

    Returns
    -------
    DataFrame
        One row per record, one column per feature: float64, or text or None for a category.

    Raises
    ------
    InvalidInput
        The rows are not a list of objects, there are none, one has a field that the model does not have, or values
        are of the wrong type.

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
    """Return a table of features as `from_records` does; columns that are not features are left out.

    Raises
    ------
    InvalidInput
        There are no rows, or values are of the wrong type; at most `MAXIMUM_FAULTS_SHOWN` faults are listed.
    """
    if frame.empty:
        raise InvalidInput("there are no rows that hold a field of the model")
    faults: list[str] = []
    columns: dict[str, np.ndarray | pd.Series] = {}
    for feature in features:
        values = frame[feature.name] if feature.name in frame else pd.Series(None, index=frame.index, dtype=object)
        columns[feature.name], row_faults = _parse_texts(values) if feature.is_category else _parse_numbers(values)
        faults += [f"row {row + 1}, {feature.name}: {fault}" for row, fault in row_faults]
    if faults:
        more = f"; and {len(faults) - MAXIMUM_FAULTS_SHOWN} more" if len(faults) > MAXIMUM_FAULTS_SHOWN else ""
        raise InvalidInput("; ".join(faults[:MAXIMUM_FAULTS_SHOWN]) + more)
    return pd.DataFrame(columns, index=frame.index)


RowFaults = list[tuple[int, str]]
"""Positions of rows, counted from 0, and what is wrong with each."""


def _parse_numbers(values: pd.Series) -> tuple[np.ndarray, RowFaults]:
    """Return a column as doubles, unknown values as NaN; the array is empty where a value is not a number."""
    if values.dtype.kind in "iuf":
        numbers = values.to_numpy(dtype=float)
    else:
        faults = [_number_fault(value) for value in values]
        if any(faults):
            return np.empty(0), [(row, fault) for row, fault in enumerate(faults) if fault]
        numbers = np.array([np.nan if value is None or value is pd.NA else float(value) for value in values])
    return numbers, [(int(row), "infinity") for row in np.flatnonzero(np.isinf(numbers))]


def _number_fault(value: object) -> str:
    """Return what is wrong with a value where a number is needed; empty where nothing is."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true or false where a number is needed"
    if isinstance(value, (int, np.integer)):
        return "an integer too large to be exact" if abs(int(value)) > LARGEST_INTEGER else ""
    if isinstance(value, (float, np.floating)):
        return ""
    return f"{'text' if isinstance(value, str) else 'a nested value'} where a number is needed"


def _parse_texts(values: pd.Series) -> tuple[pd.Series, RowFaults]:
    """Return a column of texts, unknown values as None."""
    is_known = values.notna()
    faults = [
        (row, "something else where a text is needed")
        for row, (value, has_value) in enumerate(zip(values, is_known, strict=True))
        if has_value and not isinstance(value, str)
    ]
    return values.astype(object).where(is_known, None), faults


def _refuse_unknown(records: list[dict[str, object]], names: list[str]) -> None:
    """Raise InvalidInput at the first row with fields that the model does not have, with how many there are."""
    allowed = {*names, *IDENTITY}
    for row, record in enumerate(records):
        unknown = [str(key) for key in record if key not in allowed]
        if unknown:
            hint = did_you_mean(unknown[0], names)
            raise InvalidInput(f"row {row + 1}: {len(unknown)} fields are not inputs of the model{hint}")
