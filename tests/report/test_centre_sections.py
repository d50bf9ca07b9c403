"""The sections of the centre's edition: whole in both languages, with every chart told in words and in a table."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from attrition.report.centre_figures import CentreFigures, centre_figures
from attrition.report.editions import EDITIONS
from attrition.report.formatter import Formatter
from attrition.report.render import render
from attrition.report.tables import expected_units, rows_of
from attrition.report.translations import LANGUAGES, translations
from tests.report.further import products

SECTIONS = ("turnover", "costs", "funnel", "movements", "market", "workload", "cohorts", "actions")
CONTENT = {section.name: section.content for section in EDITIONS["centre"].sections}


def written(found: CentreFigures, name: str, lang: str) -> str:
    formatter = Formatter(translations(lang), found.inputs.currency)
    content = CONTENT[name](SimpleNamespace(centre=found), formatter)
    return str(
        render(
            f"sections/{name}.html",
            inputs=found.inputs,
            text=formatter.text,
            formatter=formatter,
            rows_of=rows_of,
            **content,
        )
    )


@pytest.fixture(scope="module")
def found() -> CentreFigures:
    month = products()
    return centre_figures(month, expected_units(month))


@pytest.fixture(scope="module")
def bare() -> CentreFigures:
    month = replace(
        products(),
        spells=None,
        past_scores=None,
        panel_rows=None,
        driver_views=None,
        interventions_received=None,
        plan=None,
    )
    return centre_figures(month, expected_units(month))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_its_chart_its_words_and_its_table(found: CentreFigures, name: str, lang: str) -> None:
    text = written(found, name, lang)
    charts = text.count("<svg ")
    assert charts == text.count("<desc ") == text.count("<figure>") >= 1
    assert text.count("<table>") >= charts
    assert not re.search(r"<desc [^>]*></desc>|\bnan\b|\bNaN\b|>None<", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_without_data_says_so(bare: CentreFigures, name: str, lang: str) -> None:
    text = written(bare, name, lang)
    assert "<p>" in text
    assert not re.search(r"\bnan\b|\bNaN\b", text)


@pytest.mark.parametrize("name", SECTIONS)
def test_no_agent_is_named(found: CentreFigures, name: str) -> None:
    agents = list(found.inputs.groups["agent_id"])
    text = written(found, name, "en")
    assert not [agent for agent in agents if f">{agent}<" in text]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_title_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert f"section.{name}" in translations(lang)
        assert f"section.{name}.sheet" in translations(lang)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_same_figures_give_the_same_text(found: CentreFigures, name: str) -> None:
    assert written(found, name, "zh") == written(found, name, "zh")
