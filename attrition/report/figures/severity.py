"""How severe evaluators are, after disclosure control; evaluators are people too, and treated as such.

Who evaluated too few agents is not shown. Nobody is ranked: a table says who lies beyond chance of the others, all
comparisons taken together, and is ordered by staff number within. Where the mode withholds figures of single people,
evaluators have a verdict and no figure; where it shows groups only, there is the spread between them and nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.bonus import BonusPerPoint, bonus_per_point
from attrition.report.figures.evaluators.chance import beyond_chance, two_sided
from attrition.report.figures.evaluators.sessions import spread_of
from attrition.report.figures.evaluators.severity import Z95
from attrition.report.figures.evaluators.source import sites_of
from attrition.report.rounding import round_points

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.severity import Severities
    from attrition.report.figures.evaluators.source import Evaluations

NOTABLE_POINTS = 1.0
"""A severity nearer to the mean counts as level, even where it is beyond chance."""
FIGURES = ["severity", "low", "high", "pay", "pay_low", "pay_high"]
COLUMNS = ["evaluator", "site", "evaluations", *FIGURES, "verdict"]
ORDER = {"stricter": 0, "milder": 1, "level": 2}


@dataclass(frozen=True, kw_only=True, eq=False)
class EvaluatorSeverity:
    """How severe evaluators are, and how far they lie apart.

    Parameters
    ----------
    table : DataFrame
        By evaluator that may be shown: ``evaluator``, ``site``, ``evaluations`` (rounded), ``severity`` with ``low``
        and ``high`` (points below the mean evaluator), ``verdict`` (stricter, milder, level), ``pay`` with ``pay_low``
        and ``pay_high`` (money per month; null where score and bonus show no association beyond chance, and for level
        evaluators). Empty where single people are not shown.
    compared, not_shown, stricter, milder : int
        Numbers of evaluators: compared with each other; of those too little is known of; beyond chance.
    spread, spread_low, spread_high : float
        Standard deviation between evaluators, in points, with a 95 % interval.
    chance : float
        Standard deviation of a single score by chance.
    bonus : BonusPerPoint or None
        What a point of score goes with in the bonus.
    bonus_of_strict : tuple of float or None
        Money per month that goes with the mean severity of the stricter evaluators, with its interval.
    """

    table: pd.DataFrame
    compared: int
    not_shown: int
    stricter: int
    milder: int
    spread: float
    spread_low: float
    spread_high: float
    chance: float
    bonus: BonusPerPoint | None
    bonus_of_strict: tuple[float, float, float] | None


def evaluator_severity(source: Evaluations) -> EvaluatorSeverity | None:
    """Return the severity of evaluators; None where fewer than two can be compared, or too few without naming any."""
    severity = source.severity
    if severity is None or len(severity.mean) < source.least_evaluators:
        return None
    rows, bonus = _evaluators(source, severity), _bonus(source)
    stricter = rows[rows["verdict"] == "stricter"]
    spread, low, high = (round(value, 1) for value in spread_of(severity))
    return EvaluatorSeverity(
        table=_shown(source, rows, bonus),
        compared=len(severity.mean),
        not_shown=int((~rows["is_shown"]).sum()),
        stricter=len(stricter),
        milder=int((rows["verdict"] == "milder").sum()),
        spread=spread,
        spread_low=low,
        spread_high=high,
        chance=round(severity.chance, 1),
        bonus=bonus,
        bonus_of_strict=None if bonus is None or not len(stricter) else _bonus_of(stricter, severity, bonus),
    )


def _bonus_of(rows: pd.DataFrame, severity: Severities, bonus: BonusPerPoint) -> tuple[float, float, float]:
    """Return the money that goes with the mean severity of some evaluators."""
    variance = severity.covariance.loc[rows.index, rows.index].to_numpy().mean()
    return bonus.of(float(rows["severity"].mean()), float(max(variance, 0.0) ** 0.5))


def _evaluators(source: Evaluations, severity: Severities) -> pd.DataFrame:
    """Return every compared evaluator with severity, verdict, and whether enough is known of them."""
    recent = source.recent
    counts = recent.groupby("evaluator_id").agg(evaluations=("evaluation_id", "size"), agents=("agent_id", "nunique"))
    table = pd.DataFrame({"severity": severity.mean, "error": severity.error}).join(counts)
    is_shown = source.is_enough(table["evaluations"], table["agents"])
    differs = beyond_chance(two_sided(table["severity"], table["error"]).where(is_shown))
    differs &= table["severity"].abs() >= NOTABLE_POINTS
    verdict = pd.Series(np.where(table["severity"] > 0, "stricter", "milder"), table.index).where(differs, "level")
    return table.assign(is_shown=is_shown, verdict=verdict, site=table.index.map(sites_of(recent)))


def _shown(source: Evaluations, rows: pd.DataFrame, bonus: BonusPerPoint | None) -> pd.DataFrame:
    """Return the table as it is shown, by verdict and staff number."""
    table = rows[rows["is_shown"]]
    if source.mode == "group_only" or not len(table):
        return pd.DataFrame(columns=COLUMNS)
    ends = {"severity": 0.0, "low": -Z95, "high": Z95}
    rounded = {
        name: _points(table["severity"] + factor * table["error"], table["agents"]) for name, factor in ends.items()
    }
    table = table.assign(
        **rounded, **_pay(table, bonus), evaluator=[source.number(str(name)) for name in table.index],
        evaluations=(table["evaluations"] / 10).round() * 10, order=table["verdict"].map(ORDER),
    )  # fmt: skip
    if source.mode != "individual":
        table[FIGURES] = np.nan
    return table.sort_values(["order", "evaluator"])[COLUMNS].reset_index(drop=True)


def _points(values: pd.Series, agents: pd.Series) -> list[float]:
    """Return points, each rounded by the number of agents behind it."""
    rounded = (round_points(pd.Series([value]), int(n)) for value, n in zip(values, agents, strict=True))
    return [float(value.iloc[0]) for value in rounded]


def _pay(table: pd.DataFrame, bonus: BonusPerPoint | None) -> dict[str, list[float]]:
    """Return the money that goes with each severity beyond chance; null without an association of score and bonus."""
    has_money = bonus is not None and not bonus.is_within_chance
    rows = [
        bonus.of(severity, error) if has_money and bonus is not None and verdict != "level" else (np.nan,) * 3
        for severity, error, verdict in zip(table["severity"], table["error"], table["verdict"], strict=True)
    ]
    return dict(zip(FIGURES[3:], np.round(np.array(rows, dtype=float)).T.tolist(), strict=True))


def _bonus(source: Evaluations) -> BonusPerPoint | None:
    needed = {"pay_base_amount", "pay_bonus_share_3m", "quality_score_3m"}
    if not needed <= set(source.records.panel):
        return None
    bonus = bonus_per_point(source.records.panel, source.as_of)
    return None if bonus is None or bonus.agents < source.min_group else bonus
