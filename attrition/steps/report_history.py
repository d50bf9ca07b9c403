"""What earlier months announced and what then happened; the backtest replaces months that were not issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import pandas as pd

from attrition.model.backtest import metrics_known_at
from attrition.model.spec import Spec
from attrition.predict.count_errors import COLUMN_OF_LEVEL
from attrition.predict.expected import count_interval
from attrition.predict.recommendations import watch_list
from attrition.report.disclosure import suppress_small_units
from attrition.report.figures.tables import team_sites
from attrition.report.figures.track_record import calibration_groups, track_record
from attrition.report.figures.watch_list import listed_scores
from attrition.report.listable import highest_first, listable
from attrition.report.released import hidden_units
from attrition.runs import AS_OF_THEN, Runs
from attrition.steps.group_history import backtested_scores, scores_of_month
from attrition.steps.known_errors import errors_of

METRICS = ["horizon_months", "model", "metric", "value", "low", "high"]
SCORES = ["agent_id", "as_of", "horizon_months", "risk", "abstained"]
MONTHS_SHOWN = 12


@dataclass(frozen=True, eq=False)
class ReportMonth:
    """The month a report is about.

    Parameters
    ----------
    runs : Runs
        The products of the workspace.
    as_of : date
        The month-end.
    spec : Spec
        The specification of the model: headline horizon, share of agents that are flagged.
    outcomes : DataFrame
        What happened after each agent-month, and where its agent worked.
    """

    runs: Runs
    as_of: date
    spec: Spec
    outcomes: pd.DataFrame

    @cached_property
    def earlier(self) -> list[date]:
        """The months that were scored before this one, oldest first."""
        return [month for month in self.runs.months() if month < self.as_of]


@dataclass(frozen=True, eq=False)
class EarlierScores:
    """Scores of earlier months: as they were issued, and as the backtest made them for months that were not issued."""

    issued: pd.DataFrame
    backtested: pd.DataFrame

    @property
    def parts(self) -> list[pd.DataFrame]:
        """Return the tables that have rows; of two empty ones the first."""
        return [part for part in (self.issued, self.backtested) if len(part)] or [self.issued]

    @property
    def everything(self) -> pd.DataFrame:
        """Return both in one table."""
        return pd.concat(self.parts, ignore_index=True)


def earlier_scores(runs: Runs, outcomes: pd.DataFrame, as_of: date) -> EarlierScores:
    """Return the scores of the months before a month-end; means of groups where scores of persons are withheld."""
    months = [month for month in runs.months() if month < as_of and not runs.is_emptied(month)]
    issued = [scores_of_month(runs, outcomes, month) for month in months]
    backtested = backtested_scores(runs, outcomes) if runs.has_backtest() else _backtested(runs, "scores", SCORES)
    scores = pd.concat(issued, ignore_index=True) if issued else backtested.head(0)
    is_missing = ~backtested["as_of"].isin(scores["as_of"]) & (backtested["as_of"].dt.date < as_of)
    return EarlierScores(scores, backtested[is_missing])


def history_tables(month: ReportMonth, earlier: EarlierScores, *, smallest_group: int) -> dict[str, Any]:
    """Gather the fields of `attrition.report.inputs.ReportInputs` that look back.

    Returns
    -------
    dict
        ``history``, ``metrics``, ``calibration``, ``previous_hidden``, and where a month was scored before,
        ``previous_drivers``, ``previous_flagged`` and ``previous_scores``.
    """
    return {
        "history": _history(month, earlier),
        "metrics": _metrics(month),
        "calibration": _calibration(month),
        "previous_hidden": _hidden_before(month, smallest_group=smallest_group),
    } | _flagged_before(month)


def _history(month: ReportMonth, earlier: EarlierScores) -> pd.DataFrame:
    """Compare what earlier months announced, or the backtest where none was issued, with what then happened."""
    spec = month.spec
    evaluate = partial(track_record, horizon=spec.headline, flagged_share=spec.capacity_share, known_at=month.as_of)
    announced = evaluate(earlier.issued, month.outcomes, intervals=_announced_intervals(month))
    backtested = evaluate(
        earlier.backtested, month.outcomes, intervals=_backtested_intervals(month, earlier.backtested)
    )
    is_replayed = _are_replayed(announced, earlier.issued)
    both = [announced.assign(is_backtest=is_replayed), backtested.assign(is_backtest=True)]
    table = pd.concat([part for part in both if len(part)] or both[:1], ignore_index=True)
    return table.sort_values("as_of", ignore_index=True).tail(MONTHS_SHOWN)


def _are_replayed(announced: pd.DataFrame, issued: pd.DataFrame) -> list[bool]:
    """Return for each month whether it was scored afterwards."""
    if announced.empty:
        return []
    versions = issued.drop_duplicates("as_of").set_index("as_of")["model_version"].astype(str)
    return [versions[as_of].startswith(AS_OF_THEN) for as_of in announced["as_of"]]


def _announced_intervals(month: ReportMonth) -> pd.DataFrame | None:
    """Read the intervals for the whole centre as they were announced."""
    if not month.earlier:
        return None
    tables = [month.runs.read_month_table(earlier, "expected_leavers") for earlier in month.earlier]
    table = pd.concat(tables, ignore_index=True)
    return table[(table["level"] == "centre") & (table["horizon_months"] == month.spec.headline)]


def _backtested_intervals(month: ReportMonth, backtested: pd.DataFrame) -> pd.DataFrame | None:
    """Return the intervals for the whole centre that the backtested months would have announced then."""
    horizon = month.spec.headline
    headline = backtested[backtested["horizon_months"] == horizon] if len(backtested) else backtested
    if headline.empty:
        return None
    scores = backtested_scores(month.runs, month.outcomes).query("horizon_months <= @horizon")
    outcomes = month.outcomes.drop(columns=[*COLUMN_OF_LEVEL.values()], errors="ignore")  # the centre's errors alone
    rows = []
    for as_of, agents in headline.groupby("as_of"):
        errors = errors_of(scores, outcomes, pd.Timestamp(str(as_of)).date())
        rows.append((as_of, *count_interval(agents["risk"].to_numpy(), errors.deviation("centre", horizon))))
    return pd.DataFrame(rows, columns=["as_of", "low", "high"])


def _metrics(month: ReportMonth) -> pd.DataFrame:
    """Read the backtest's figures; for a month before the panel's last, those that were known then."""
    runs, at = month.runs, pd.Timestamp(month.as_of)
    if not runs.has_backtest() or at >= month.outcomes["as_of"].max():
        return _backtested(runs, "metrics", METRICS)
    if runs.withholds_backtest():
        return pd.DataFrame(columns=METRICS)
    scores, baselines = runs.read_backtest("scores"), runs.read_backtest("baselines")
    return metrics_known_at(scores, baselines, month.outcomes, spec=month.spec, known_at=at)


def _calibration(month: ReportMonth) -> pd.DataFrame | None:
    """Group the backtest's agent-months by risk, to compare the risk with what happened."""
    if month.runs.withholds_backtest():
        is_last = pd.Timestamp(month.as_of) >= month.outcomes["as_of"].max()
        return month.runs.read_backtest("calibration") if is_last else None
    scores = _backtested(month.runs, "scores", SCORES)
    before = scores[scores["as_of"].dt.date < month.as_of]
    if before.empty:
        return None
    return calibration_groups(before, month.outcomes, horizon=month.spec.headline, known_at=month.as_of)


def _flagged_before(month: ReportMonth) -> dict[str, Any]:
    """Read the scores of the month scored before this one, whom it flagged, and their drivers; empty without one."""
    if not month.earlier or month.runs.is_emptied(month.earlier[-1]) or month.runs.withholds_risks(month.earlier[-1]):
        return {}
    scores, spec = month.runs.read_month_table(month.earlier[-1], "scores"), month.spec
    headline = scores[scores["horizon_months"] == spec.headline]
    flagged = watch_list(headline, spec.capacity_share)["agent_id"].tolist()
    return {
        "previous_drivers": month.runs.read_drivers(month.earlier[-1], flagged),
        "previous_flagged": flagged,
        "previous_scores": headline[["agent_id", "as_of", "risk"]],
    }


def earlier_lists(month: ReportMonth, *, capacity: int, mode: str) -> pd.DataFrame | None:
    """Return whom the lists of the months scored before named, of a year at most, with their groups of that time."""
    months = [] if mode == "group_only" else [end for end in month.earlier if not month.runs.is_emptied(end)]
    parts = []
    for end in months[-MONTHS_SHOWN:]:
        ranked = listable(highest_first(month.runs.read_month_table(end, "scores"), month.spec.headline))
        in_whole_bands = mode != "individual" or month.runs.withholds_risks(end)
        listed = listed_scores(ranked, capacity=capacity, in_whole_bands=in_whole_bands)
        parts.append(listed[["agent_id", "as_of", "band"]])
    if not parts:
        return None
    groups = month.outcomes[["agent_id", "as_of", *(name for name in ("site", "team_id") if name in month.outcomes)]]
    return pd.concat(parts, ignore_index=True).merge(groups, on=["agent_id", "as_of"], how="left")


def _hidden_before(month: ReportMonth, *, smallest_group: int) -> set[tuple[str, str]]:
    """Return the groups the previous report did not show; each report depends on the one before it."""
    hidden: set[tuple[str, str]] = set()
    for earlier in month.earlier:
        expected = month.runs.read_month_table(earlier, "expected_leavers")
        headline = expected[expected["horizon_months"] == month.spec.headline]
        if month.runs.withholds_risks(earlier):
            hidden = hidden_units(headline)
            continue
        sites = team_sites(month.outcomes[month.outcomes["as_of"].dt.date == earlier])
        units = suppress_small_units(headline, sites, min_group=smallest_group, previously_hidden=hidden)
        is_hidden = units[units["is_hidden"]]
        hidden = set(zip(is_hidden["level"].astype(str), is_hidden["unit"].astype(str), strict=True))
    return hidden


def _backtested(runs: Runs, name: str, columns: list[str]) -> pd.DataFrame:
    """Read a table of the backtest; empty where none was run."""
    if not runs.has_backtest():
        return pd.DataFrame(columns=columns).astype({"as_of": "datetime64[us]"} if "as_of" in columns else {})
    return runs.read_backtest(name)
