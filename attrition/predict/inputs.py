"""Validates the rows that are sent to the served model, and encodes them as the model reads them.

Numbers must be numbers and categories text; null and a missing field mean unknown. Text for a number, true or false,
infinity and integers too large to be exact are errors, named by field and row number. Fields that the model does not
have are an error in JSON, and are ignored in a table. Error messages never repeat values or unknown field names, since
they may be personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from attrition.errors import DataError, did_you_mean
from attrition.model.encode import finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrition.model.encode import Encoding

MONTH = "as_of"
AGENT = "agent_id"
IDENTITY = (AGENT, MONTH)
"""Fields that a row may have and that predictions do not carry: whose row it is, by number or pseudonym, so that the
service knows who objected; and which rows belong together."""
SITE, IS_GONE, SOURCES = "site", "is_gone", "sources"
CIRCUMSTANCES = (SITE, IS_GONE, SOURCES)
"""Fields that are no features, but without which it cannot be judged whether the model must abstain."""
RUNNING, WHOLE_MONTH = "running", "whole_month"
"""What ``sources`` may be: somebody knows that none has stopped; or the rows of the month are all its agents."""

MAXIMUM_FAULTS_SHOWN = 20
LARGEST_INTEGER = 2**53
"""Larger integers are refused, since not all of them can be represented exactly as doubles."""
UNKNOWN_CATEGORY = -1.0
"""How a category that the model does not know is marked until the rows are encoded."""
NOT_GIVEN = object()
"""Stands for the site of a row that does not have the field."""


class InvalidInput(DataError):
    """The rows cannot be scored; the message holds only field names of the model and row numbers."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """Rows as the model reads them, and what they say of their circumstances.

    Attributes
    ----------
    encoded : ndarray of shape (n, features)
        As `attrition.model.encode.Encoding.matrix` returns it.
    is_missing : ndarray of bool, shape (n, features)
        Which features have no value; a category that the model does not know is a value.
    site : list
        Each row's site as text: None where it is unknown, `NOT_GIVEN` where the row does not have the field.
    is_gone : list of bool or None
        None where the row does not say it.
    sources : list of str or None
        `RUNNING`, `WHOLE_MONTH`, or None where the row does not say it.
    month : list of str or None
        Each row's ``as_of``.
    agent : list of str or None
        Each row's ``agent_id``.
    """

    encoded: np.ndarray
    is_missing: np.ndarray
    site: list[Any]
    is_gone: list[bool | None]
    sources: list[str | None]
    month: list[str | None]
    agent: list[str | None] = field(repr=False)


def from_records(records: object, encoding: Encoding) -> Inputs:
    """Return rows from JSON as the model reads them, or raise an error that names what is wrong.

    Parameters
    ----------
    records : object
        The parsed JSON; must be a list of objects.
    encoding : Encoding
        The features of the model, and the codes of its categories.

    Raises
    ------
    InvalidInput
        The rows are not a list of objects, there are none, one has a field that the model does not have, or values
        are of the wrong type.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> from attrition.model.encode import Encoding
    >>> ratio = Feature(name="pay_market_ratio", family="pay", lever="pay", en="", zh="", unit="ratio")
    >>> from_records([{"pay_market_ratio": "0.98"}], Encoding((ratio,), {}))
    Traceback (most recent call last):
    attrition.predict.inputs.InvalidInput: row 1, pay_market_ratio: text where a number is needed
    """
    if not isinstance(records, list):
        raise InvalidInput("rows must be a list of objects, one per agent-month")
    reader = RowReader(Fields.of_model(encoding))
    for record in records:
        reader.add(record)
    return reader.inputs()


def from_frame(frame: pd.DataFrame, encoding: Encoding) -> Inputs:
    """Return the rows of a table as `from_records` does; columns that are not fields are left out.

    Raises
    ------
    InvalidInput
        There are no rows, or values are of the wrong type.
    """
    if frame.empty:
        raise InvalidInput("there are no rows that hold a field of the model")
    fields = [name for name in (*encoding.names, *CIRCUMSTANCES, MONTH) if name in frame]
    reader = RowReader(Fields.of_model(encoding))
    for values in zip(*(frame[name].tolist() for name in fields), strict=True) if fields else [()] * len(frame):
        reader.add(dict(zip(fields, values, strict=True)))
    return reader.inputs()


@dataclass(frozen=True, eq=False)
class Fields:
    """The fields of a row, made once for a model.

    Attributes
    ----------
    features : tuple of (str, callable)
        Each feature's name, and the function that turns its value into a double or raises ValueError.
    is_category : ndarray of bool, shape (features,)
        Which of them are categories.
    allowed : frozenset of str
        All names that a row may have.
    """

    features: tuple[tuple[str, Callable[[Any], float]], ...]
    is_category: np.ndarray
    allowed: frozenset[str]

    @classmethod
    def of_model(cls, encoding: Encoding) -> Fields:
        """Return the fields of the model with this encoding."""
        return cls(
            features=tuple((name, _parser(encoding, name)) for name in encoding.names),
            is_category=np.array([name in encoding.codes for name in encoding.names], dtype=bool),
            allowed=frozenset({*encoding.names, *IDENTITY, *CIRCUMSTANCES}),
        )


class RowReader:
    """Reads one row after the other, so that a long body is never held as objects; `inputs` returns them together."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._numbers: list[np.ndarray] = []
        self._others: list[list[Any]] = []
        self._faults: list[str] = []
        self.row_count = 0

    def add(self, record: object) -> None:
        """Read one row; `inputs` says what is wrong with its values.

        Raises
        ------
        InvalidInput
            It is not an object, or has a field that the model does not have.
        """
        if not isinstance(record, dict):
            raise InvalidInput("rows must be a list of objects, one per agent-month")
        self.row_count += 1
        if not record.keys() <= self._fields.allowed:
            self._refuse_unknown(record)
        try:
            numbers = np.array([parse(record.get(name)) for name, parse in self._fields.features])
            others = [parse(record.get(name, NOT_GIVEN)) for name, parse in CIRCUMSTANCE_PARSERS]
        except ValueError:
            self._note_faults(record)
            return
        self._numbers.append(numbers)
        self._others.append(others)

    def inputs(self) -> Inputs:
        """Return all rows.

        Raises
        ------
        InvalidInput
            There are none, or values are of the wrong type; at most `MAXIMUM_FAULTS_SHOWN` faults are listed.
        """
        if not self.row_count:
            raise InvalidInput("there are no rows")
        if self._faults:
            more = len(self._faults) - MAXIMUM_FAULTS_SHOWN
            shown = "; ".join(self._faults[:MAXIMUM_FAULTS_SHOWN])
            raise InvalidInput(shown + (f"; and {more} more" if more > 0 else ""))
        raw = np.array(self._numbers)
        is_unknown = (raw == UNKNOWN_CATEGORY) & self._fields.is_category
        others = ([row[position] for row in self._others] for position in range(len(CIRCUMSTANCE_PARSERS)))
        return Inputs(finite(np.where(is_unknown, np.nan, raw)), np.isnan(raw), *others)

    def _note_faults(self, record: Mapping[str, object]) -> None:
        for name, parse in (*self._fields.features, *CIRCUMSTANCE_PARSERS):
            try:
                parse(record.get(name, NOT_GIVEN))
            except ValueError as fault:
                self._faults.append(f"row {self.row_count}, {name}: {fault}")

    def _refuse_unknown(self, record: Mapping[str, object]) -> NoReturn:
        """Raise InvalidInput with how many fields the model does not have."""
        unknown = [str(key) for key in record if key not in self._fields.allowed]
        hint = did_you_mean(unknown[0], [name for name, _ in self._fields.features])
        raise InvalidInput(f"row {self.row_count}: {len(unknown)} fields are not inputs of the model{hint}")


def _parser(encoding: Encoding, name: str) -> Callable[[Any], float]:
    """Return the function that turns a value of a feature into a double, or raises ValueError with what is wrong."""
    return partial(_code, encoding.codes[name]) if name in encoding.codes else _number


def _number(value: Any) -> float:
    if type(value) is float and value - value == 0.0:  # finite: by far the most frequent
        return value
    if _is_null(value):
        return np.nan
    if isinstance(value, (bool, np.bool_)):
        raise ValueError("true or false where a number is needed")
    if isinstance(value, (int, np.integer)):
        if abs(int(value)) > LARGEST_INTEGER:
            raise ValueError("an integer too large to be exact")
        return float(value)
    if isinstance(value, (float, np.floating)):
        if np.isinf(value):
            raise ValueError("infinity")
        return float(value)
    raise ValueError(f"{'text' if isinstance(value, str) else 'a nested value'} where a number is needed")


def _code(codes: Mapping[str, float], value: Any) -> float:
    if isinstance(value, str):
        return codes.get(value, UNKNOWN_CATEGORY)
    if _is_null(value):
        return np.nan
    raise ValueError("something else where a text is needed")


def _site(value: Any) -> Any:
    if value is NOT_GIVEN or isinstance(value, str):
        return value
    if _is_null(value):
        return None
    raise ValueError("something else where a text is needed")


def _agent(value: Any) -> str | None:
    """Return a staff number or pseudonym, which is text: a number would have lost its leading zeros."""
    if isinstance(value, str):
        return value
    if _is_null(value):
        return None
    raise ValueError("something else where a text is needed")


def _flag(value: Any) -> bool | None:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if _is_null(value):
        return None
    raise ValueError("something else where true or false is needed")


def _sources(value: Any) -> str | None:
    if isinstance(value, str) and value in (RUNNING, WHOLE_MONTH):
        return value
    if _is_null(value):
        return None
    raise ValueError(f'something else where "{RUNNING}" or "{WHOLE_MONTH}" is needed')


def _month(value: Any) -> str | None:
    return None if _is_null(value) else str(value)


def _is_null(value: Any) -> bool:
    """Return whether a value says nothing: null, or NaN in a table."""
    return value is None or value is NOT_GIVEN or value is pd.NA or value is pd.NaT or value != value


CIRCUMSTANCE_PARSERS = ((SITE, _site), (IS_GONE, _flag), (SOURCES, _sources), (MONTH, _month), (AGENT, _agent))
