"""The sections of the centre's edition: whole in both languages, with every chart also in words and in a table."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import MonthFigures
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.section_page import section_body
from attrition.report.translations import translations

SECTIONS = ("turnover", "costs", "funnel", "movements", "market", "workload", "cohorts", "actions")
SECTION_OF = {section.name: section for section in EDITIONS["centre"].sections}


def rendered(month: MonthFigures, name: str, lang: str) -> str:
    formatter = Formatter(translations(lang), month.inputs.currency)
    context = {"inputs": month.inputs, "text": formatter.text, "formatter": formatter, "rows_of": rows_of}
    return str(section_body(SECTION_OF[name], month, formatter, context))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_its_chart_its_words_and_its_table(month: MonthFigures, name: str, lang: str) -> None:
    text = rendered(month, name, lang)
    charts = text.count("<figure>")
    assert text.count("<svg ") == 2 * text.count("<desc ") == 2 * charts >= 2
    assert text.count('<svg class="narrow"') == charts
    assert text.count("<table>") >= charts
    assert not re.search(r"<desc [^>]*></desc>|\bnan\b|\bNaN\b|>None<", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_without_data_says_so(bare_month: MonthFigures, name: str, lang: str) -> None:
    text = rendered(bare_month, name, lang)
    assert "<p>" in text
    assert not re.search(r"\bnan\b|\bNaN\b", text)


@pytest.mark.parametrize("name", SECTIONS)
def test_no_agent_is_named(month: MonthFigures, name: str) -> None:
    agents = list(month.inputs.groups["agent_id"])
    text = rendered(month, name, "en")
    assert not [agent for agent in agents if f">{agent}<" in text]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_title_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert f"section.{name}" in translations(lang)
        assert f"section.{name}.sheet" in translations(lang)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_same_figures_give_the_same_text(month: MonthFigures, name: str) -> None:
    assert rendered(month, name, "zh") == rendered(month, name, "zh")


def reorganised(month: MonthFigures, lang: str, **item: object) -> str:
    content = {"day": "2026-02-01", "sites": [], "teams": {"CX-1": "T1", "CX-2": None}, "moved": 45, "staff": 50} | item
    inputs = replace(month.inputs, reorganisations=[content])
    return rendered(replace(month, inputs=inputs), "movements", lang)


def test_a_reorganisation_is_said_once_with_what_it_means_for_the_figures(month: MonthFigures) -> None:
    assert "90% of the agents changed teams in a reorganisation" in reorganised(month, "en")
    assert "in 1 of 2 teams" in reorganised(month, "en")
    assert "90%的座席因班组重组更换了班组" in reorganised(month, "zh")
    assert "90% of the agents of Foshan changed teams" in reorganised(month, "en", sites=["Foshan"])
    assert "reorganisation" not in rendered(month, "movements", "en")


@pytest.mark.parametrize("item", [{"moved": 0}, {"staff": 9, "moved": 9}])
def test_a_reorganisation_of_nobody_or_of_few_is_not_told(month: MonthFigures, item: dict[str, int]) -> None:
    assert "reorganisation" not in reorganised(month, "en", **item)
