"""The evaluations of a month's report: whole and by item, with month, site and team, and how evaluators are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from attrition.report.figures.evaluators.evaluations import of_months, whole_evaluations, with_groups
from attrition.report.figures.evaluators.records import MONTHS, SEVERITY_MONTHS
from attrition.report.figures.evaluators.severity import Severities, severities

if TYPE_CHECKING:
    from attrition.data.people.protection import Mode
    from attrition.report.figures.evaluators.records import EvaluationRecords
    from attrition.report.figures.month_figures import MonthFigures

Figures = TypeVar("Figures")

LEAST_EVALUATIONS = 30
"""Evaluations from which an evaluator is shown."""
LEAST_EVALUATORS = 5
"""Where single people are not shown, a spread is of so many evaluators or more."""


@dataclass(frozen=True, eq=False)
class Evaluations:
    """Whole evaluations of two years with month, site and team, and their rows per item where the site has them."""

    records: EvaluationRecords
    as_of: pd.Timestamp
    min_group: int
    mode: Mode
    whole: pd.DataFrame
    items: pd.DataFrame | None

    @cached_property
    def year(self) -> pd.DataFrame:
        """The evaluations of the last `MONTHS` months."""
        return of_months(self.whole, self.as_of, MONTHS)

    @cached_property
    def recent(self) -> pd.DataFrame:
        """The evaluations from which severity is estimated."""
        return of_months(self.whole, self.as_of, SEVERITY_MONTHS)

    @cached_property
    def severity(self) -> Severities | None:
        """How severe evaluators are; None where fewer than two can be compared."""
        return severities(self.recent.dropna(subset=["evaluator_id", "score"]))

    def is_enough(self, evaluations: Any, agents: Any) -> Any:
        """Return whether so many evaluations of so many agents may be shown; numbers, or a column of each."""
        return (evaluations >= LEAST_EVALUATIONS) & (agents >= self.min_group)

    @cached_property
    def enough_evaluators(self) -> pd.Index:
        """The evaluators of whom enough is known to say something."""
        counts = self.recent.groupby("evaluator_id").agg(n=("evaluation_id", "size"), agents=("agent_id", "nunique"))
        return counts.index[self.is_enough(counts["n"], counts["agents"])]

    @property
    def least_evaluators(self) -> int:
        """How many evaluators a spread must be of: more where it may not lead to a single person."""
        return LEAST_EVALUATORS if self.mode == "group_only" else 2

    @cached_property
    def recent_items(self) -> pd.DataFrame:
        """The items of the months from which severity is estimated; without items the evaluations."""
        return of_months(self.whole if self.items is None else self.items, self.as_of, SEVERITY_MONTHS)

    @cached_property
    def items_of_year(self) -> pd.DataFrame:
        """The items of the last `MONTHS` months; without items the evaluations."""
        return of_months(self.whole if self.items is None else self.items, self.as_of, MONTHS)

    def number(self, evaluator: str) -> str:
        """Return what an evaluator is shown as."""
        return self.records.numbers.get(evaluator, evaluator)


def source_of(month: MonthFigures) -> Evaluations | None:
    """Return the evaluations that a month's report is made from; None where the site supplies none."""
    inputs = month.inputs
    if inputs.evaluations is None:
        return None
    return evaluations_of(inputs.evaluations, inputs.as_of, min_group=inputs.min_group, mode=inputs.mode)


def shown_of(month: MonthFigures, compute: Callable[[Evaluations], Figures | None]) -> Figures | None:
    """Return what a section shows of a month's evaluations, which are prepared once for all sections."""
    source = month.once(source_of)
    return None if source is None else compute(source)


def evaluations_of(records: EvaluationRecords, as_of: object, *, min_group: int, mode: Mode) -> Evaluations:
    """Return the evaluations of a month's report."""
    whole = with_groups(whole_evaluations(records.items), records.groups)
    items = with_groups(records.items, records.groups) if "item" in records.items else None
    return Evaluations(records, pd.Timestamp(str(as_of)), min_group, mode, whole, items)


def sites_of(evaluations: pd.DataFrame) -> Mapping[str, str]:
    """Return the site at which each evaluator evaluates most; empty where no evaluation has one."""
    counts = evaluations.assign(site=evaluations["site"].fillna("")).groupby(["evaluator_id", "site"]).size()
    best = counts.sort_values(kind="stable").reset_index().drop_duplicates("evaluator_id", keep="last")
    return dict(zip(best["evaluator_id"].astype(str), best["site"].astype(str), strict=True))
