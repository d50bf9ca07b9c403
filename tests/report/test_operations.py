"""The edition for the head of operations: what is abnormal, where it sits, and nothing about any single agent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from attrition.report.editions import editions_of
from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page


@pytest.fixture(scope="module")
def page(month: MonthFigures) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", edition_page(month, "en", "operations")))


def test_the_team_that_is_off_stands_first_with_what_is_usual(page: str) -> None:
    assert "First: Service level of Chengdu at 78.6% (usually 90.1%), First-contact resolution of FS-01 at" in page


def test_the_way_leads_from_the_centre_to_the_team_and_counts_teams_alike(page: str) -> None:
    assert re.search(r"Whole centre 89\.\d% .* → 佛山 8\d\.\d% .* → FS-01 80\.\d%", page)
    assert "Of 3 teams compared it is the only one." in page


def test_what_the_tables_cannot_say_is_left_as_a_question(page: str) -> None:
    assert "Declared: a tool roll-out on 5 October 2026." in page
    assert "How do the agents get on with their team leader?" in page


def with_inputs(month: MonthFigures, **changes: Any) -> MonthFigures:
    return replace(month, inputs=replace(month.inputs, **changes))


def test_the_window_of_repeats_is_said_as_declared(page: str, month: MonthFigures) -> None:
    assert "within 2 hours." in page
    assert "其时限未登记" in edition_page(with_inputs(month, repeats_within=""), "zh", "operations")


def test_a_month_without_indicators_has_no_edition_for_operations(month: MonthFigures) -> None:
    assert "operations" in editions_of(with_inputs(month, mode="group_only"))
    assert "operations" not in editions_of(with_inputs(month, indicators=None))


def test_a_centre_too_small_to_be_shown_has_no_edition_for_operations(inputs: ReportInputs) -> None:
    """Its report failed: there was an edition without a single value."""
    small = month_figures(replace(inputs, min_group=10_000))
    assert "operations" not in editions_of(small)
    assert "centre" in editions_of(small)


def test_what_is_late_is_said_beside_the_figures(page: str) -> None:
    assert re.search("Contacts.*24 October|Contacts.* days", page)


def test_small_teams_stand_nowhere(page: str) -> None:
    assert "FS-01" in page
    assert not re.search(r"FS-05|CD-04|CD-05", page)


def test_what_turnover_goes_with_is_called_no_effect(page: str) -> None:
    assert "An association and no more" in page or "Too few teams have both" in page
