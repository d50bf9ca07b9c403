"""What the page of `attrition check` and its workbook are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from attrition.data.causes import count_by_severity

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.causes import Cause
    from attrition.data.files.evidence import Evidence
    from attrition.data.people.protection import Mode

WORKBOOK = "check.xlsx"
"""The workbook of the rows to mend, beside the page."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CheckInputs:
    """The results of a check, whether or not a fault stops.

    Parameters
    ----------
    site : str
        The centre's name.
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    causes : sequence of Cause
        What is wrong, the worst first.
    evidence : Evidence
        The rows, words and headings that show it.
    tables : DataFrame
        Per declared table ``table`` and ``source``; with `data_ends` also ``rows``, ``agents``, and the ``first`` and
        ``last`` day.
    not_supplied : sequence of str
        Tables of the contract that the site does not declare.
    assumptions : sequence of {"en": ..., "zh": ...}
        What was assumed.
    features : mapping of str to sequence of str
        By family, the features that the site can have; None where a fault stops.
    quality : DataFrame, optional
        The quality table, without the lines that repeat a fault; None without `data_ends`.
    sparse : DataFrame, optional
        Columns with few values: ``table``, ``column``, ``filled_share``.
    sparse_share : float
        Columns that are filled in a smaller share of their rows are sparse.
    data_ends : date, optional
        The last month-end of the data; None where tables were not held against each other, since one of them has a
        fault that stops by itself.
    """

    site: str
    mode: Mode
    causes: Sequence[Cause]
    evidence: Evidence
    tables: pd.DataFrame
    not_supplied: Sequence[str]
    assumptions: Sequence[Mapping[str, str]] = ()
    features: Mapping[str, Sequence[str]] | None = None
    quality: pd.DataFrame | None = None
    sparse: pd.DataFrame | None = None
    sparse_share: float = 0.0
    data_ends: date | None = None

    @property
    def grade(self) -> Literal["failed", "partly", "held"]:
        """Whether the panel cannot be built, can be built with faults, or can be built."""
        if count_by_severity(self.causes)["stops"]:
            return "failed"
        return "partly" if self.causes else "held"
