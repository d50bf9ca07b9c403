"""Gather what the quality edition is made from: evaluations as known at the month-end, and what stands beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.labels.evaluations import evaluations_known_at
from attrition.labels.outcomes import KEYS
from attrition.report.figures.evaluators.records import MONTHS_READ, PANEL_COLUMNS, EvaluationRecords, Session
from attrition.steps.way_back import staff_numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attrition.data.people.protection import Mode
    from attrition.steps.report_history import ReportMonth


def evaluation_records(month: ReportMonth, provenance: Mapping[str, Any], mode: Mode) -> EvaluationRecords | None:
    """Return the records of a month; None where the site supplies no evaluations, or not by whom they are."""
    rows, as_of = month.runs.read_evaluations(), pd.Timestamp(month.as_of)
    items = None if rows is None else evaluations_known_at(rows, as_of, months=MONTHS_READ)
    if items is None or not items["evaluator_id"].notna().any():
        return None
    features = {declared["name"] for declared in provenance["features"]}
    columns = [name for name in PANEL_COLUMNS if name in features]
    ends = list(pd.date_range(end=as_of, periods=MONTHS_READ, freq="ME"))
    groups = month.outcomes[month.outcomes["as_of"].isin(ends)]
    evaluators = set() if mode == "group_only" else set(items["evaluator_id"].dropna())
    return EvaluationRecords(
        items=items,
        groups=groups[[*KEYS, *(name for name in ("site", "team_id") if name in groups)]],
        panel=month.runs.read_panel_months(ends, [*KEYS, *columns]),
        sessions=_sessions(provenance.get("events", ()), month.as_of),
        numbers=staff_numbers_of(month.runs.workspace, evaluators),
    )


def _sessions(events: Iterable[Mapping[str, Any]], as_of: date) -> tuple[Session, ...]:
    """Return the calibration sessions that were declared and held by a day."""
    sessions = (
        Session(day=date.fromisoformat(event["date"]), site=event["site"] or "")
        for event in events
        if event["kind"] == "calibration"
    )
    return tuple(session for session in sessions if session.day <= as_of)
