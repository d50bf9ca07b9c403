"""Writes tables as CSV in which no cell is a formula to a spreadsheet; workbooks write text as text anyhow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula, which may fetch or send what it likes."""


def write_csv(path: Path, table: pd.DataFrame, *, encoding: str = "utf-8") -> None:
    """Write a table without its index; texts that begin like a formula get an apostrophe before them."""
    safe = table.rename(columns=as_text).apply(lambda values: values if _holds_no_text(values) else values.map(as_text))
    safe.to_csv(path, index=False, encoding=encoding)


def as_text(value: Any) -> Any:
    r"""Return a text that no spreadsheet takes for a formula; anything but a text as it is.

    Examples
    --------
    >>> [as_text(value) for value in ("=1+1", "@SUM(A1)", "\tx", "Foshan", -1.5, None)]
    ["'=1+1", "'@SUM(A1)", "'\tx", 'Foshan', -1.5, None]
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS) else value


def _holds_no_text(values: pd.Series) -> bool:
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

    return is_numeric_dtype(values) or is_datetime64_any_dtype(values)
