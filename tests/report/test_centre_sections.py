"""The sections of the centre's edition: whole in both languages, with every chart told in words and in a table."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from attrition.report.centre import Centre, centre
from attrition.report.editions import EDITIONS
from attrition.report.form import Form
from attrition.report.render import render
from attrition.report.tables import each, expected_units
from attrition.report.words import LANGUAGES, words
from tests.report.further import products

SECTIONS = ("turnover", "costs", "funnel", "movements", "market", "strain", "cohorts", "steps")
CONTENT = {section.name: section.content for section in EDITIONS["centre"]}


def written(found: Centre, name: str, lang: str) -> str:
    form = Form(words(lang), found.products.currency)
    content = CONTENT[name](SimpleNamespace(centre=found), form)
    return str(render(f"sections/{name}.html", p=found.products, w=form.words, f=form, each=each, **content))


@pytest.fixture(scope="module")
def found() -> Centre:
    month = products()
    return centre(month, expected_units(month))


@pytest.fixture(scope="module")
def bare() -> Centre:
    month = replace(products(), spells=None, judged=None, frame=None, driver_views=None, given=None, plan=None)
    return centre(month, expected_units(month))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_its_chart_its_words_and_its_table(found: Centre, name: str, lang: str) -> None:
    text = written(found, name, lang)
    charts = text.count("<svg ")
    assert charts == text.count("<desc ") == text.count("<figure>") >= 1
    assert text.count("<table>") >= charts
    assert not re.search(r"<desc [^>]*></desc>|\bnan\b|\bNaN\b|>None<", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_without_data_says_so(bare: Centre, name: str, lang: str) -> None:
    text = written(bare, name, lang)
    assert "<p>" in text
    assert not re.search(r"\bnan\b|\bNaN\b", text)


@pytest.mark.parametrize("name", SECTIONS)
def test_no_agent_is_named(found: Centre, name: str) -> None:
    agents = list(found.products.groups["agent_id"])
    text = written(found, name, "en")
    assert not [agent for agent in agents if f">{agent}<" in text]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_section_has_a_title_in_every_language(name: str) -> None:
    for lang in LANGUAGES:
        assert f"section.{name}" in words(lang)
        assert f"section.{name}.sheet" in words(lang)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_same_figures_give_the_same_text(found: Centre, name: str) -> None:
    assert written(found, name, "zh") == written(found, name, "zh")
