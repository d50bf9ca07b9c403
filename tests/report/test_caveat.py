"""What could not be shown of a model stands on every page and sheet, and without an order nobody is listed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from attrition.model.provisional import Caveat
from attrition.report.agent_report import agent_report
from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.figures.track_record import scores_with_outcomes
from attrition.report.inputs import ReportInputs
from attrition.report.pages import agent_page, edition_page
from attrition.report.workbook import write_workbook

ORDERED = Caveat("Provisional: the level was not shown.", "暂行模型：风险水平未经证明。")
UNORDERED = replace(ORDERED, lists_people=False)
LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_each_edition_says_it_once_in_its_language(inputs: ReportInputs, edition: str, lang: str) -> None:
    page = edition_page(month_figures(replace(inputs, caveat=ORDERED)), lang, edition)
    assert page.count(ORDERED.sentence(lang)) == 1
    assert ORDERED.en not in edition_page(month_figures(inputs), lang, edition)


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # the library that reads here knows no solid data bars
@pytest.mark.parametrize("edition", EDITIONS)
def test_each_sheet_of_a_workbook_says_it(inputs: ReportInputs, edition: str, tmp_path: Path) -> None:
    write_workbook(month_figures(replace(inputs, caveat=ORDERED)), LANGUAGES, edition, tmp_path / "book.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "book.xlsx"):
        cells = [str(cell.value) for row in sheet.iter_rows(max_row=40) for cell in row]
        assert any(ORDERED.en in cell for cell in cells), sheet.title
        assert any(ORDERED.zh in cell for cell in cells), sheet.title


def test_without_an_order_nobody_is_listed_flagged_or_planned_for_and_the_numbers_stay(inputs: ReportInputs) -> None:
    figures, ordered = (month_figures(replace(inputs, caveat=caveat, plan=None)) for caveat in (UNORDERED, ORDERED))
    assert (figures.watch_list, figures.flagged, len(figures.levers)) == ([], [], 0)
    assert ordered.watch_list
    pd.testing.assert_frame_equal(figures.units, ordered.units)
    partner = edition_page(figures, "en", "partner")
    assert "an order of people would be arbitrary" in partner
    assert not [agent for agent in inputs.scores["agent_id"].unique() if f">{agent}<" in partner]
    centre = edition_page(figures, "zh", "centre")
    assert "没有标记任何人" in centre
    assert "不制定措施计划" in centre


def test_the_page_of_an_agent_says_it_and_shows_no_band_without_an_order(inputs: ReportInputs) -> None:
    agent = str(inputs.headline_scores.query("not abstained")["agent_id"].iloc[0])
    pages = {
        caveat: agent_page(
            agent_report(replace(inputs, caveat=caveat), None, agent), replace(inputs, caveat=caveat), "en"
        )
        for caveat in (ORDERED, UNORDERED)
    }
    assert all(ORDERED.en in page for page in pages.values())
    assert [">Band<" in page for page in pages.values()] == [True, False]


def test_of_months_in_which_nobody_had_a_rank_nobody_counts_as_flagged() -> None:
    day = pd.Timestamp("2026-01-31")
    keys = pd.DataFrame({"agent_id": ["a", "b"], "as_of": day})
    scores = keys.assign(horizon_months=3, risk=[0.3, 0.1], abstained=False, rank=pd.array([1, None], "Int64"))
    outcomes = keys.assign(exit_kind=None, left_on=pd.NaT, known_on=pd.NaT)
    labelled = scores_with_outcomes(scores, outcomes, horizon=3, known_at=pd.Timestamp("2026-06-30"))
    assert labelled["abstained"].tolist() == [False, True]
