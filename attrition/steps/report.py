"""Gather what a monthly report is made from: the month's tables, what earlier months said, and how the model stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from attrition import declared
from attrition.data.tables import TABLES
from attrition.jobs import MonthlyJob
from attrition.model.backtest import measured
from attrition.model.bar import Check
from attrition.model.metrics import flagged_count
from attrition.model.spec import Spec
from attrition.pilot.lessons import PilotHistory, read_history
from attrition.predict.playbook import Playbook, read_playbook
from attrition.predict.recommendations import watch_list
from attrition.report.accounts import calibration_groups, judged_months
from attrition.report.disclosure import hidden_units
from attrition.report.products import Gap, Products
from attrition.report.tables import team_sites
from attrition.report.treated import effects, treated_precision
from attrition.runs import Runs, features_of
from attrition.steps.report_tables import month_inputs

METRICS = ["horizon_months", "model", "metric", "value", "low", "high"]
SCORES = ["agent_id", "as_of", "horizon_months", "risk", "abstained"]
MONTHS_SHOWN = 12
AS_OF_THEN = "as of "
"""Begins the version of a model that was fitted afterwards on what was known at a month-end."""

REPLAYED = {
    "en": "This month was scored afterwards, by a model made from what was known at its end, with today's recipe. "
    "Rows read and repaired are counted over all data as they stand today.",
    "zh": "本月为事后评分：模型只使用当月月末已知的信息，配方为现行配方。读取与修正的行数按目前的全部数据统计。",
}
MONTHLY = ("shifts", "contacts", "qa_evaluations", "bonuses", "interactions", "snapshots")
"""Tables that get new rows every month; others may rightly be quiet."""

NOT_MISSED = ("contact_log", "snapshots", "audit_attributes", "interventions")
WATCHED = [name for name in TABLES if name not in NOT_MISSED]
"""Tables whose absence costs features."""


def report_content(workspace: Path, as_of: date, job: MonthlyJob, *, agents: Collection[str] = ()) -> Products:
    """Gather the report of a month that has been scored; `agents` are told of beside those it lists anyway.

    Raises
    ------
    NotMadeYet
        The month was not scored, or there is no panel.
    """
    runs, spec = Runs(workspace), declared.read(workspace / "models" / "resignation.toml", Spec)
    outcomes, about = runs.read_outcomes(), runs.about_panel()
    features = features_of(about)
    known = lessons_by(workspace, as_of)
    book = read_playbook(workspace / "models" / "playbook.toml", features=features).updated_by(known)
    book = book.priced_in(about["site"])
    month: dict[str, Any] = _scored(runs, as_of, spec, capacity=job.capacity, agents=agents)
    pay, said = book.base_pay.feature, _said(runs, as_of)
    month |= month_inputs(workspace, outcomes, as_of=as_of, horizon=spec.headline, base_pay=pay, said=said)
    month |= _claim(runs, month["scores"], as_of=as_of, spec=spec, assumptions=about["assumptions"])
    month |= _account(runs, outcomes, said, as_of=as_of, spec=spec, minimum=job.smallest_group)
    judging = (spec.headline, spec.capacity_share, as_of)
    return Products(
        as_of=as_of,
        site=about["site"]["name"],
        currency=about["site"]["currency"],
        **month,
        groups=outcomes[outcomes["as_of"].dt.date == as_of],
        features=features,
        interventions=book.interventions,
        lessons=known.lessons,
        replacement=book.replacement,
        base_pay=book.base_pay,
        helped=_helped(runs, said, outcomes, book, judging=judging, minimum=job.smallest_group),
        gaps=_gaps(about["newest"], as_of),
        capacity_share=spec.capacity_share,
        horizon=spec.headline,
        capacity=job.capacity,
        min_group=job.smallest_group,
    )


def _scored(runs: Runs, as_of: date, spec: Spec, *, capacity: int, agents: Collection[str]) -> dict[str, Any]:
    """Read the month's tables; of the drivers all that concerns the agents told of, and the points of the others."""
    tables = ("scores", "recommendations", "expected_leavers", "quality")
    month = {name: runs.read_of_month(as_of, name) for name in tables}
    told = {*_highest(month["scores"], spec, capacity), *agents}
    return month | {"drivers": runs.read_drivers(as_of, told), "points": runs.read_points(as_of, spec.headline)}


def _highest(scores: pd.DataFrame, spec: Spec, capacity: int) -> list[str]:
    """Name whoever may be flagged or listed: the highest risks, with all who share the last of them."""
    ranked = scores[(scores["horizon_months"] == spec.headline) & scores["rank"].notna()]
    most = max(capacity, flagged_count(spec.capacity_share, len(ranked)))
    last = ranked["risk"].nlargest(most).min()
    return ranked.loc[ranked["risk"] >= last, "agent_id"].tolist()


def _claim(runs: Runs, scores: pd.DataFrame, *, as_of: date, spec: Spec, assumptions: Sequence[Any]) -> dict[str, Any]:
    """Say which model scored, and how it stood against the bar."""
    version = str(scores["model_version"].iloc[0])
    then = version.startswith(AS_OF_THEN)
    verdict: Mapping[str, Any] = {"fitted_at": f"{as_of}", "checks": []} if then else runs.read_verdict(version)
    return {
        "model_name": spec.name,
        "model_version": version.removeprefix(AS_OF_THEN),
        "trained_on": date.fromisoformat(verdict["fitted_at"][:10]),
        "checks": [Check(**check) for check in verdict["checks"]],
        "assumptions": [*assumptions, *([REPLAYED] if then else [])],
    }


def _account(
    runs: Runs,
    outcomes: pd.DataFrame,
    said: tuple[pd.DataFrame, pd.DataFrame],
    *,
    as_of: date,
    spec: Spec,
    minimum: int,
) -> dict[str, Any]:
    """Gather what earlier months said, and what the backtest says."""
    return {
        "history": _history(runs, outcomes, said, as_of=as_of, spec=spec),
        "metrics": _metrics(runs, outcomes, as_of=as_of, spec=spec),
        "calibration": _calibration(runs, outcomes, as_of=as_of, spec=spec),
        "hidden_earlier": _hidden_before(runs, outcomes, as_of=as_of, spec=spec, minimum=minimum),
    } | _before(runs, as_of, spec)


def _helped(
    runs: Runs,
    said: tuple[pd.DataFrame, pd.DataFrame],
    outcomes: pd.DataFrame,
    book: Playbook,
    *,
    judging: tuple[int, float, date],
    minimum: int,
) -> pd.DataFrame | None:
    """Say how help changed the precision that earlier lists were measured to have; null where there is no such list."""
    scores = pd.concat([part for part in said if len(part)] or said[:1], ignore_index=True)
    if scores.empty:
        return None
    does = effects(book.interventions)
    return treated_precision(scores, outcomes, runs.read_given(), does, judging=judging, minimum=minimum)


def _before(runs: Runs, as_of: date, spec: Spec) -> dict[str, Any]:
    """Read whom the newest month scored before this one flagged, and why; nothing when this is the first."""
    earlier = [done for done in runs.months() if done < as_of]
    if not earlier:
        return {}
    flagged = _flagged(runs.read_of_month(earlier[-1], "scores"), spec)
    return {"drivers_earlier": runs.read_drivers(earlier[-1], flagged), "flagged_earlier": flagged}


def _flagged(scores: pd.DataFrame, spec: Spec) -> list[str]:
    agents = scores[scores["horizon_months"] == spec.headline]
    return watch_list(agents, spec.capacity_share)["agent_id"].tolist()


def _hidden_before(
    runs: Runs, outcomes: pd.DataFrame, *, as_of: date, spec: Spec, minimum: int
) -> set[tuple[str, str]]:
    """Say which groups the report before this one did not show; each report hangs on the one before it."""
    hidden: set[tuple[str, str]] = set()
    for month in (done for done in runs.months() if done < as_of):
        said = runs.read_of_month(month, "expected_leavers")
        homes = team_sites(outcomes[outcomes["as_of"].dt.date == month])
        units = hidden_units(said[said["horizon_months"] == spec.headline], homes, minimum=minimum, before=hidden)
        gone = units[units["is_hidden"]]
        hidden = set(zip(gone["level"].astype(str), gone["unit"].astype(str), strict=True))
    return hidden


def _history(
    runs: Runs, outcomes: pd.DataFrame, said: tuple[pd.DataFrame, pd.DataFrame], *, as_of: date, spec: Spec
) -> pd.DataFrame:
    """Judge what was announced in earlier months, and for months without an announcement what the backtest says."""
    issued, tried = said
    judge = partial(judged_months, horizon=spec.headline, flagged_share=spec.capacity_share, known_at=as_of)
    announced = judge(issued, outcomes, intervals=_announced(runs, as_of, spec))
    afterwards = judge(tried, outcomes)
    both = [announced.assign(is_backtest=_are_replayed(announced, issued)), afterwards.assign(is_backtest=True)]
    table = pd.concat([part for part in both if len(part)] or both[:1], ignore_index=True)
    return table.sort_values("as_of", ignore_index=True).tail(MONTHS_SHOWN)


def _said(runs: Runs, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the scores of earlier months: as they were issued, and for other months as the backtest made them."""
    issued = [runs.read_of_month(month, "scores") for month in runs.months() if month < as_of]
    tried = _backtested(runs, "scores", SCORES)
    said = pd.concat(issued, ignore_index=True) if issued else tried.head(0)
    return said, tried[~tried["as_of"].isin(said["as_of"]) & (tried["as_of"].dt.date < as_of)]


def _are_replayed(announced: pd.DataFrame, issued: pd.DataFrame) -> list[bool]:
    """Tell for each judged month whether it was scored afterwards."""
    if announced.empty:
        return []
    versions = issued.drop_duplicates("as_of").set_index("as_of")["model_version"].astype(str)
    return [versions[as_of].startswith(AS_OF_THEN) for as_of in announced["as_of"]]


def lessons_by(workspace: Path, as_of: date) -> PilotHistory:
    """Read what pilots had taught by a month-end."""
    known = read_history(workspace)
    return known.model_copy(update={"lessons": type(known.lessons)(x for x in known.lessons if x.read_as_of <= as_of)})


def _metrics(runs: Runs, outcomes: pd.DataFrame, *, as_of: date, spec: Spec) -> pd.DataFrame:
    """Take the backtest's figures; for a month before the panel's last, those that were known then."""
    at = pd.Timestamp(as_of)
    if not runs.has_backtest() or at >= outcomes["as_of"].max():
        return _backtested(runs, "metrics", METRICS)
    return measured(runs.read_backtest("scores"), runs.read_backtest("baselines"), outcomes, spec=spec, known_at=at)


def _calibration(runs: Runs, outcomes: pd.DataFrame, *, as_of: date, spec: Spec) -> pd.DataFrame | None:
    """Group the backtest's agent-months by risk, to set the risk beside what happened."""
    tried = _backtested(runs, "scores", SCORES)
    earlier = tried[tried["as_of"].dt.date < as_of]
    return calibration_groups(earlier, outcomes, horizon=spec.headline, known_at=as_of) if len(earlier) else None


def _announced(runs: Runs, as_of: date, spec: Spec) -> pd.DataFrame | None:
    """Take the intervals for the whole centre as they were announced."""
    earlier = [runs.read_of_month(month, "expected_leavers") for month in runs.months() if month < as_of]
    if not earlier:
        return None
    table = pd.concat(earlier, ignore_index=True)
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
