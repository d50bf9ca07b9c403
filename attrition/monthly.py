"""Gather what a monthly report is made from: the month's tables, what earlier months said, and how the model stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from attrition import declared
from attrition.data.tables import TABLES
from attrition.jobs import MonthlyJob
from attrition.model.bar import Check
from attrition.model.spec import Spec
from attrition.pilot.learned import learned
from attrition.predict.actions import watch_list
from attrition.predict.playbook import playbook
from attrition.report.accounts import calibration_groups, judged_months
from attrition.report.products import Gap, Products
from attrition.runs import Runs, features_of

METRICS = ["horizon_months", "model", "metric", "value", "low", "high"]
SCORES = ["agent_id", "as_of", "horizon_months", "risk", "abstained"]
MONTHS_SHOWN = 12
MONTHLY = ("shifts", "contacts", "qa_evaluations", "bonuses", "interactions", "snapshots")
"""Tables that get new rows every month; others may rightly be quiet."""

NOT_MISSED = ("contact_log", "snapshots", "audit_attributes", "interventions")
WATCHED = [name for name in TABLES if name not in NOT_MISSED]
"""Tables whose absence costs features."""


def report_content(workspace: Path, as_of: date, job: MonthlyJob) -> Products:
    """Gather the report of a month that has been scored.

    Raises
    ------
    NotMadeYet
        The month was not scored, or there is no panel.
    """
    runs = Runs(workspace)
    spec = declared.read(workspace / "models" / "resignation.toml", Spec)
    _, outcomes, about = runs.read_panel()
    features = features_of(about)
    book = playbook(workspace / "models" / "playbook.toml", features=features)
    book = book.learning_from(learned(workspace)).priced_in(about["site"])
    month = runs.read_month(as_of)
    version = str(month["scores"]["model_version"].iloc[0])
    verdict = runs.read_verdict(version)
    before = _before(runs, as_of)
    return Products(
        as_of=as_of,
        site=about["site"]["name"],
        currency=about["site"]["currency"],
        model_name=spec.name,
        model_version=version,
        trained_on=date.fromisoformat(verdict["fitted_at"]),
        **month,
        groups=outcomes[outcomes["as_of"].dt.date == as_of],
        history=_history(runs, outcomes, as_of=as_of, spec=spec),
        metrics=_backtested(runs, "metrics", METRICS),
        features=features,
        interventions=book.interventions,
        checks=[Check(**check) for check in verdict["checks"]],
        gaps=_gaps(about["newest"], as_of),
        assumptions=about["assumptions"],
        drivers_earlier=before.get("drivers"),
        flagged_earlier=_flagged(before, spec),
        capacity_share=spec.capacity_share,
        horizon=spec.headline,
        calibration=_calibration(runs, outcomes, as_of=as_of, spec=spec),
        capacity=job.capacity,
        min_group=job.smallest_group,
    )


def _before(runs: Runs, as_of: date) -> Mapping[str, pd.DataFrame]:
    """Read the newest month scored before this one; nothing when this is the first."""
    earlier = [done for done in runs.months() if done < as_of]
    return runs.read_month(earlier[-1]) if earlier else {}


def _flagged(before: Mapping[str, pd.DataFrame], spec: Spec) -> list[str]:
    if not before:
        return []
    scores = before["scores"]
    agents = scores[scores["horizon_months"] == spec.headline]
    return watch_list(agents, spec.capacity_share)["agent_id"].tolist()


def _history(runs: Runs, outcomes: pd.DataFrame, *, as_of: date, spec: Spec) -> pd.DataFrame:
    """Judge what was announced in earlier months, and for months without an announcement what the backtest says."""
    issued = [runs.read_month(month) for month in runs.months() if month < as_of]
    tried = _backtested(runs, "scores", SCORES)
    said = pd.concat([month["scores"] for month in issued], ignore_index=True) if issued else tried.head(0)
    tried = tried[~tried["as_of"].isin(said["as_of"]) & (tried["as_of"].dt.date < as_of)]
    judge = partial(judged_months, horizon=spec.headline, flagged_share=spec.capacity_share, known_at=as_of)
    announced = judge(said, outcomes, intervals=_announced(issued, spec))
    afterwards = judge(tried, outcomes)
    both = [announced.assign(is_backtest=False), afterwards.assign(is_backtest=True)]
    table = pd.concat([part for part in both if len(part)] or both[:1], ignore_index=True)
    return table.sort_values("as_of", ignore_index=True).tail(MONTHS_SHOWN)


def _calibration(runs: Runs, outcomes: pd.DataFrame, *, as_of: date, spec: Spec) -> pd.DataFrame | None:
    """Group the backtest's agent-months by risk, to set the risk beside what happened."""
    tried = _backtested(runs, "scores", SCORES)
    earlier = tried[tried["as_of"].dt.date < as_of]
    return calibration_groups(earlier, outcomes, horizon=spec.headline, known_at=as_of) if len(earlier) else None


def _announced(issued: list[dict[str, pd.DataFrame]], spec: Spec) -> pd.DataFrame | None:
    """Take the intervals for the whole centre as they were announced."""
    if not issued:
        return None
    table = pd.concat([month["expected_leavers"] for month in issued], ignore_index=True)
    return table[(table["level"] == "centre") & (table["horizon_months"] == spec.headline)]


def _backtested(runs: Runs, name: str, columns: list[str]) -> pd.DataFrame:
    """Read a table of the backtest; empty where none was run."""
    if not runs.has_backtest():
        return pd.DataFrame(columns=columns).astype({"as_of": "datetime64[us]"} if "as_of" in columns else {})
    return runs.read_backtest(name)


def _gaps(newest: Mapping[str, str | None], as_of: date) -> list[Gap]:
    """Name the tables the site does not supply, and those whose newest row is older than the month."""
    watched = {name: day for name, day in newest.items() if name in WATCHED}
    missing = [Gap(table=name) for name, day in watched.items() if day is None]
    dated = {name: date.fromisoformat(day[:10]) for name, day in watched.items() if day is not None}
    first = as_of.replace(day=1)
    return missing + [Gap(table=name, newest=day) for name, day in dated.items() if day < first and name in MONTHLY]
