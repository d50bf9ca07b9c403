"""The edition for quality assurance names evaluators fairly, or not at all where the mode shows no single people."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from attrition.data.people.protection import Mode
from attrition.report.editions import editions_of
from attrition.report.figures.agreement import evaluator_agreement
from attrition.report.figures.appeals import appeals
from attrition.report.figures.calibration import calibration
from attrition.report.figures.evaluators.source import Evaluations, evaluations_of
from attrition.report.figures.feedback import feedback
from attrition.report.figures.month_figures import MonthFigures
from attrition.report.figures.severity import FIGURES, evaluator_severity
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page
from tests.report.sample_evaluations import EVALUATORS

STRICTEST, MILDEST = EVALUATORS[0], EVALUATORS[-1]


def source(inputs: ReportInputs, mode: Mode = "individual", items: pd.DataFrame | None = None) -> Evaluations:
    """Return the evaluations of the sample month, as a mode shows them."""
    records = inputs.evaluations
    assert records is not None
    records = records if items is None else replace(records, items=items)
    return evaluations_of(records, inputs.as_of, min_group=inputs.min_group, mode=mode)


@pytest.fixture(scope="module")
def evaluations(inputs: ReportInputs) -> Evaluations:
    return source(inputs)


def test_evaluators_are_told_apart_where_chance_is_not_enough_and_listed_by_number(evaluations: Evaluations) -> None:
    severity = evaluator_severity(evaluations)
    assert severity is not None
    verdicts = severity.table[["evaluator", "verdict"]].to_numpy().tolist()
    expected = ["stricter", "stricter", "milder", "milder", "level", "level"]
    assert verdicts == [[EVALUATORS[number], word] for number, word in zip((0, 1, 4, 5, 2, 3), expected, strict=True)]


def test_severity_goes_with_pay_as_a_point_of_score_does(evaluations: Evaluations) -> None:
    severity = evaluator_severity(evaluations)
    assert severity is not None
    strictest = severity.table.set_index("evaluator").loc[STRICTEST]
    assert strictest["pay_low"] < -12 * 6 < strictest["pay_high"]
    assert severity.table.set_index("evaluator")["pay"].isna().sum() == 2


def test_those_who_differ_most_meet_first_about_the_item_in_which_they_do(evaluations: Evaluations) -> None:
    sessions = calibration(evaluations)
    assert sessions is not None
    first = sessions.sessions.iloc[0]
    assert (first["stricter"], first["milder"], first["items"][0]) == (STRICTEST, MILDEST, "solution")
    assert sessions.items is not None
    assert sessions.items["item"].tolist() == ["solution", "greeting"]
    assert sessions.held["verdict"].tolist() == ["level"]


def test_contacts_scored_twice_and_appeals_and_waits_are_shown(evaluations: Evaluations) -> None:
    agreement, appealed, waits = evaluator_agreement(evaluations), appeals(evaluations), feedback(evaluations)
    assert agreement is not None
    assert agreement.contacts is not None
    assert agreement.contacts.contacts > 100
    assert appealed is not None
    assert set(appealed.evaluators["rate_verdict"]) == {"level"}
    assert waits is not None
    assert {result.kind for result in waits.recurrence} == {"critical_errors", "noncritical_errors"}


def test_an_evaluator_of_few_evaluations_is_counted_and_not_shown(inputs: ReportInputs) -> None:
    assert inputs.evaluations is not None
    rows = inputs.evaluations.items
    is_theirs = rows["evaluator_id"] == STRICTEST
    few = pd.concat([rows[~is_theirs], rows[is_theirs].tail(20)])
    severity = evaluator_severity(source(inputs, items=few))
    assert severity is not None
    assert STRICTEST not in set(severity.table["evaluator"])
    assert severity.not_shown == 1


def test_where_figures_of_people_are_withheld_evaluators_have_a_verdict_alone(inputs: ReportInputs) -> None:
    severity, sessions = (shown(source(inputs, "banded")) for shown in (evaluator_severity, calibration))
    assert severity is not None
    assert severity.table[FIGURES].isna().all(axis=None)
    assert severity.table["verdict"].iloc[0] == "stricter"
    assert sessions is not None
    assert sessions.sessions[["difference", "low", "high"]].isna().all(axis=None)


def test_a_page_of_groups_names_no_evaluator_and_says_how_far_they_lie_apart(month: MonthFigures) -> None:
    groups = replace(month, inputs=replace(month.inputs, mode="group_only"))
    page = edition_page(groups, "en", "quality")
    assert not any(name in page for name in EVALUATORS)
    assert "They lie 4." in page


def test_a_site_without_evaluators_has_no_edition_for_quality(month: MonthFigures, bare_month: MonthFigures) -> None:
    assert "quality" in editions_of(month)
    assert "quality" not in editions_of(bare_month)
