"""What the page of `attrition backtest` and its sentences are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from attrition.data.people.protection import Mode, mode_sentence

MIN_PEOPLE = 20
"""With fewer people who resigned no verdict is given."""
TOO_FEW = "too_few"
OWN_BASELINES = ("tenure_only", "base_rate")
"""What the order must beat: tenure alone or, at a centre without tenure, the same rate for all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BacktestInputs:
    """The figures of a backtest, for the whole centre.

    Parameters
    ----------
    site : str
        The centre's name.
    horizon : int
        The headline, in months.
    capacity_share : float
        The share of agents on the list.
    level_limits : tuple of float
        Smallest and largest observed over expected that is right.
    people : int
        How many people resigned within the headline of some month.
    gains, level, origins, change, captured : DataFrame
        From the functions of `attrition.predict.backtest_figures`; the model's own rows of `gains` and `captured` come
        first.
    history : DataFrame
        From `attrition.report.figures.track_record.track_record`, with the ranges that would have been announced then.
    ranges : DataFrame
        From `attrition.predict.range_coverage.range_coverage`.
    calibration : DataFrame
        From `attrition.report.figures.track_record.calibration_groups`.
    lift : mapping of str to float
        ``value``, ``low``, ``high`` of the lift of the list.
    lead : mapping of str to float
        Values of `attrition.model.lead_time.lead_figures` by metric.
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    sample : mapping of str to str
        That the models learnt from a sample of agents, by language; empty where they learnt from everybody.
    """

    site: str
    horizon: int
    capacity_share: float
    level_limits: tuple[float, float]
    people: int
    gains: pd.DataFrame
    level: pd.DataFrame
    origins: pd.DataFrame
    change: pd.DataFrame
    captured: pd.DataFrame
    history: pd.DataFrame
    ranges: pd.DataFrame
    calibration: pd.DataFrame
    lift: Mapping[str, float]
    lead: Mapping[str, float]
    mode: Mode = "individual"
    sample: Mapping[str, str] = field(default_factory=dict)

    def mode_sentence(self, language: str) -> str:
        """Return what the page says of the mode in which it was made."""
        return mode_sentence(self.mode, language)

    @property
    def baseline(self) -> str:
        """Return the model that the order must beat."""
        models = set(self.gains["model"])
        return next(model for model in OWN_BASELINES if model in models)

    @property
    def is_order_better(self) -> bool:
        """Return whether the order is better than that of `baseline` beyond chance."""
        of_baseline = self.gains[self.gains["model"] == self.baseline]
        return bool((of_baseline["gain_low"] > 0).all())

    @property
    def is_level_right(self) -> bool:
        """Return whether observed over expected at the headline lies in its limits, or off 1 by chance only."""
        headline = self.level[self.level["horizon_months"] == self.horizon].iloc[0]
        low, high = self.level_limits
        return bool(low <= headline["ratio"] <= high or headline["low"] <= 1 <= headline["high"])

    @property
    def is_drifting(self) -> bool:
        """Return whether order or level of the later months differ from those of the earlier ones beyond chance."""
        return bool(((self.change["low"] > 0) | (self.change["high"] < 0)).any())

    @property
    def grade(self) -> str:
        """Return "held" where order and level are right, "partly" where one is, "failed", or "too_few" people."""
        if self.people < MIN_PEOPLE:
            return TOO_FEW
        return {2: "held", 1: "partly", 0: "failed"}[self.is_order_better + self.is_level_right]

    @property
    def verdict(self) -> str:
        """Return the grade, with which of both is right where one is: "order" or "level"."""
        if self.grade != "partly":
            return self.grade
        return "order" if self.is_order_better else "level"
