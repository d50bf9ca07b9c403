"""The content of a month's report: the month's tables, earlier announcements, and the model's evaluation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.data import sources
from attrition.data.people.names import names_of
from attrition.data.people.protection import naming_notes
from attrition.data.tables import TABLES
from attrition.errors import UserError
from attrition.jobs import MonthlyJob
from attrition.labels.maturity import recorded_to
from attrition.model.check import Check
from attrition.model.metrics import flagged_count
from attrition.model.spec import Spec
from attrition.model.training_sample import read_sample
from attrition.predict.playbook import Playbook
from attrition.report.figures.track_record import flagged_rows, scores_with_outcomes
from attrition.report.figures.treated_precision import playbook_effects, treated_precision
from attrition.report.inputs import Gap, ReportInputs
from attrition.runs import AS_OF_THEN, Runs, features_of
from attrition.steps.declarations import has_starter_prices, lessons_known_by, playbook_known_by, read_spec
from attrition.steps.evaluation_records import evaluation_records
from attrition.steps.mode import read_mode
from attrition.steps.model_in_use import caveat_in_use, caveat_of
from attrition.steps.report_history import EarlierScores, ReportMonth, earlier_lists, earlier_scores, history_tables
from attrition.steps.report_tables import report_tables
from attrition.steps.watch_files import read_watch
from attrition.steps.way_back import staff_numbers_of

REPLAYED = {
    "en": "This month was scored afterwards, by a model fitted on what was known at its end, with today's settings. "
    "Rows read and repaired are counted over all data as they stand today.",
    "zh": "本月为事后评分：模型只使用当月月末已知的信息，配方为现行配方。读取与修正的行数按目前的全部数据统计。",
}
MONTHLY_TABLES = ("shifts", "contacts", "qa_evaluations", "bonuses", "interactions", "snapshots")
"""Tables that get new rows every month; others may have none in a month."""

YEAR_DAYS = 366
OPTIONAL_TABLES = (
    *("contact_log", "snapshots", "audit_attributes", "interventions", "renumbered", "identities"),
    *("service_levels", "performance"),
)
EXPECTED_TABLES = [name for name in TABLES if name not in OPTIONAL_TABLES]
"""Tables whose absence costs features."""


def report_content(
    workspace: Path,
    as_of: date,
    job: MonthlyJob,
    *,
    agents: Collection[str] = (),
    scored: Mapping[str, pd.DataFrame] | None = None,
) -> ReportInputs:
    """Gather the report of a scored month; see `attrition.steps.report.gather_report`."""
    runs, mode = Runs(workspace), read_mode(workspace)
    if mode == "individual" and scored is None and runs.withholds_risks(as_of):
        raise UserError(
            "{as_of:%Y-%m} was stored in a mode that withholds figures of single agents; `attrition score --as-of "
            "{as_of:%Y-%m}` stores them",
            as_of=as_of,
        )
    outcomes, provenance = runs.read_outcomes(), runs.panel_provenance()
    month = ReportMonth(runs, as_of, read_spec(workspace), outcomes)
    features, spec, earlier = features_of(provenance), month.spec, earlier_scores(runs, outcomes, as_of)
    book = playbook_known_by(workspace, as_of, features=features, site=provenance["site"])
    fields = _month_tables(month, scored, capacity=job.capacity, agents=agents)
    people = _shown_people(runs, as_of) if mode == "banded" else {}
    fields |= report_tables(month, earlier, base_pay=book.base_pay.feature)
    fields |= _model_fields(month, fields["scores"], provenance["assumptions"])
    fields |= history_tables(month, earlier, smallest_group=job.smallest_group)
    lists = earlier_lists(month, capacity=job.capacity, mode=mode)
    last = lists.loc[lists["as_of"] == lists["as_of"].max(), "agent_id"] if lists is not None else ()
    listed = {*last, *people.get("recommendations", fields["drivers"])["agent_id"].unique(), *agents}
    return ReportInputs(
        as_of=as_of,
        site=provenance["site"]["name"],
        currency=provenance["site"]["currency"],
        **fields,
        groups=outcomes[outcomes["as_of"].dt.date == as_of],
        features=features,
        interventions=book.interventions,
        lessons=lessons_known_by(workspace, as_of).lessons,
        replacement=book.replacement,
        has_starter_prices=has_starter_prices(workspace),
        base_pay=book.base_pay,
        treated_precision=_treated_precision(month, earlier, book, smallest_group=job.smallest_group),
        exits_complete_to=_exits_complete_to(outcomes, provenance, as_of),
        doubts=provenance["doubts"],
        gaps=_gaps(provenance["newest"], as_of),
        reorganisations=_of_last_year(provenance.get("reorganisations", ()), as_of),
        capacity_share=spec.capacity_share,
        horizon=spec.headline,
        capacity=job.capacity,
        indicators=runs.read_indicators(),
        repeats_within=_repeats_within(workspace),
        events=provenance["events"],
        watching=_watching(workspace, as_of),
        evaluations=evaluation_records(month, provenance, mode),
        names={} if mode == "group_only" else names_of(workspace, listed),
        staff_numbers={} if mode == "group_only" else staff_numbers_of(workspace, listed),
        naming=naming_notes(workspace),
        mode=mode,
        earlier_lists=lists,
        people=people,
        min_group=job.smallest_group,
        planning=job.planning,
    )


def _watching(workspace: Path, as_of: date) -> Mapping[str, Any] | None:
    """Read what was watched, where that was with the data up to this month."""
    summary = read_watch(workspace)
    return summary if summary is not None and summary["as_of"] == f"{as_of}" else None


def _repeats_within(workspace: Path) -> str:
    """Return the time within which a contact counts as a repeat: that of the log, or that declared for `contacts`."""
    tables = sources.read(workspace).tables
    source = tables.get("contact_log") or tables.get("contacts")
    is_known = source is not None and ("contact_log" in tables or "repeats_within" in source.model_fields_set)
    return source.repeats_within if source is not None and is_known else ""


def _month_tables(
    month: ReportMonth, scored: Mapping[str, pd.DataFrame] | None, *, capacity: int, agents: Collection[str]
) -> dict[str, Any]:
    """Return the month's tables: all drivers of the agents the report is about, and the points of everybody.

    They are those that were stored, or, where the mode withholds some, those that `scored` still holds in memory.
    """
    runs, as_of = month.runs, month.as_of
    if scored is not None:
        return _tables_in_memory(month, scored, capacity=capacity, agents=agents)
    tables: dict[str, Any] = {
        name: runs.read_month_table(as_of, name)
        for name in ("scores", "recommendations", "expected_leavers", "quality")
    }
    listed = {*_highest_risks(tables["scores"], month.spec, capacity), *agents}
    tables["drivers"] = runs.read_drivers(as_of, listed)
    tables["driver_points"] = runs.read_points(as_of, month.spec.headline)
    return tables


def _tables_in_memory(
    month: ReportMonth, scored: Mapping[str, pd.DataFrame], *, capacity: int, agents: Collection[str]
) -> dict[str, Any]:
    """Return the tables of a month that was just scored, as `_month_tables` reads them where they are stored."""
    tables: dict[str, Any] = {name: scored[name] for name in ("scores", "recommendations", "expected_leavers")}
    listed, drivers = {*_highest_risks(tables["scores"], month.spec, capacity), *agents}, scored["drivers"]
    points = drivers.loc[drivers["horizon_months"] == month.spec.headline]
    return tables | {
        "quality": month.runs.read_month_table(month.as_of, "quality"),
        "drivers": drivers[drivers["agent_id"].isin(listed)],
        "driver_points": points[["agent_id", "topic", "lever", "is_symptom", "points"]],
    }


def _shown_people(runs: Runs, as_of: date) -> dict[str, pd.DataFrame]:
    """Read what is shown of single agents where figures are withheld: bands, reasons and offers."""
    tables = {name: runs.read_month_table(as_of, name) for name in ("scores", "recommendations")}
    return tables | {"drivers": runs.read_drivers(as_of, tables["scores"]["agent_id"].unique())}


def _highest_risks(scores: pd.DataFrame, spec: Spec, capacity: int) -> list[str]:
    """Return the agents who may be flagged or listed: the highest risks, with everybody tied with the last of them."""
    ranked = scores[(scores["horizon_months"] == spec.headline) & scores["rank"].notna()]
    most = max(capacity, flagged_count(spec.capacity_share, len(ranked)))
    last = ranked["risk"].nlargest(most).min()
    return ranked.loc[ranked["risk"] >= last, "agent_id"].tolist()


def _model_fields(month: ReportMonth, scores: pd.DataFrame, assumptions: Sequence[Any]) -> dict[str, Any]:
    """Return the model that scored, when it was fitted, and which promotion criteria it passed."""
    version = str(scores["model_version"].iloc[0])
    is_replayed = version.startswith(AS_OF_THEN)
    replayed: Mapping[str, Any] = {"fitted_at": f"{month.as_of}", "checks": []}
    verdict = replayed if is_replayed else month.runs.read_verdict(version)
    sample = read_sample(verdict.get("sample"))
    return {
        "model_name": month.spec.name,
        "model_version": version.removeprefix(AS_OF_THEN),
        "trained_on": date.fromisoformat(verdict["fitted_at"][:10]),
        "checks": [Check(**check) for check in verdict["checks"]],
        "caveat": caveat_in_use(month.runs.workspace) if is_replayed else caveat_of(month.runs.workspace, version),
        "assumptions": [
            *assumptions,
            *([REPLAYED] if is_replayed else []),
            *([] if sample is None else [sample.by_language]),
        ],
    }


def _treated_precision(
    month: ReportMonth, earlier: EarlierScores, book: Playbook, *, smallest_group: int
) -> pd.DataFrame | None:
    """Measure how interventions changed the precision of earlier lists; null where there is no such list."""
    if earlier.everything.empty:
        return None
    horizon, known_at = month.spec.headline, month.as_of
    labelled = scores_with_outcomes(earlier.everything, month.outcomes, horizon=horizon, known_at=known_at)
    return treated_precision(
        flagged_rows(labelled, month.spec.capacity_share),
        month.runs.read_interventions(),
        playbook_effects(book.interventions),
        horizon=horizon,
        known_at=known_at,
        min_group=smallest_group,
    )


def _exits_complete_to(outcomes: pd.DataFrame, provenance: Mapping[str, Any], as_of: date) -> date | None:
    """Return the last month-end whose exits are all on file; None where it is that of the report."""
    recorded = recorded_to(outcomes, pd.Timestamp(as_of)).date()
    complete = min(recorded, date.fromisoformat(provenance["exits_complete_to"]))
    return complete if complete < as_of else None


def _of_last_year(reorganisations: Sequence[Mapping[str, Any]], as_of: date) -> list[Mapping[str, Any]]:
    """Return the reorganisations of the twelve months up to a month-end."""
    days = [(as_of - date.fromisoformat(item["day"])).days for item in reorganisations]
    return [item for item, ago in zip(reorganisations, days, strict=True) if 0 <= ago < YEAR_DAYS]


def _gaps(newest: Mapping[str, str | None], as_of: date) -> list[Gap]:
    """List the tables the site does not supply, and those whose newest row is older than the month."""
    newest_days = {name: day for name, day in newest.items() if name in EXPECTED_TABLES}
    missing = [Gap(table=name) for name, day in newest_days.items() if day is None]
    dated = {name: date.fromisoformat(day[:10]) for name, day in newest_days.items() if day is not None}
    first = as_of.replace(day=1)
    late = [name for name, day in dated.items() if day < first and name in MONTHLY_TABLES]
    return missing + [Gap(table=name, newest=dated[name]) for name in late]
