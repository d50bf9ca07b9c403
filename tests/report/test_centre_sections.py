"""The sections of the centre's edition: whole in both languages, with every chart also in words and in a table."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.centre_figures import CentreFigures
from attrition.report.editions import EDITIONS
from attrition.report.formatter import Formatter
from attrition.report.render import render
from attrition.report.tables import rows_of
from attrition.report.translations import translations

SECTIONS = ("turnover", "costs", "funnel", "movements", "market", "workload", "cohorts", "actions")
CONTENT = {section.name: section.content for section in EDITIONS["centre"].sections}


def rendered(centre: CentreFigures, name: str, lang: str) -> str:
    formatter = Formatter(translations(lang), centre.inputs.currency)
    content = CONTENT[name](SimpleNamespace(centre=centre), formatter)
    return str(
        render(
            f"sections/{name}.html",
            inputs=centre.inputs,
            text=formatter.text,
            formatter=formatter,
            rows_of=rows_of,
            **content,
        )
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_its_chart_its_words_and_its_table(centre: CentreFigures, name: str, lang: str) -> None:
    text = rendered(centre, name, lang)
    charts = text.count("<svg ")
    assert charts == text.count("<desc ") == text.count("<figure>") >= 1
    assert text.count("<table>") >= charts
    assert not re.search(r"<desc [^>]*></desc>|\bnan\b|\bNaN\b|>None<", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_without_data_says_so(bare_centre: CentreFigures, name: str, lang: str) -> None:
    text = rendered(bare_centre, name, lang)
    assert "<p>" in text
    assert not re.search(r"\bnan\b|\bNaN\b", text)


@pytest.mark.parametrize("name", SECTIONS)
def test_no_agent_is_named(centre: CentreFigures, name: str) -> None:
    agents = list(centre.inputs.groups["agent_id"])
    text = rendered(centre, name, "en")
    assert not [agent for agent in agents if f">{agent}<" in text]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_title_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert f"section.{name}" in translations(lang)
        assert f"section.{name}.sheet" in translations(lang)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_same_figures_give_the_same_text(centre: CentreFigures, name: str) -> None:
    assert rendered(centre, name, "zh") == rendered(centre, name, "zh")
