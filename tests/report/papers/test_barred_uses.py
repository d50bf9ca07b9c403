"""Barred uses are stated once, and stand word for word wherever a reader may look."""

from __future__ import annotations

import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page
from attrition.report.papers.barred_uses import BARRED_USES, barred_sentence
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.pages import paper_page
from tests.house.places import text


def test_hiring_is_the_first() -> None:
    assert BARRED_USES[0].startswith("hiring")


def test_the_readme_names_each_in_the_same_words() -> None:
    assert [use for use in BARRED_USES if f"  - {use}\n" not in text("README.md")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_ends_with_the_barred_uses(inputs: ReportInputs, edition: str, lang: str) -> None:
    page = edition_page(month_figures(inputs), lang, edition)
    assert barred_sentence(lang).replace("'", "&#39;") in page.partition("</main>")[0][-2000:]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["technical", "instructions", "assessment", "record", "notice", "agreement"])
def test_papers_hold_each(facts: PaperFacts, name: str, lang: str) -> None:
    page = paper_page(name, facts, lang, langs=())
    missing = [use for use in BARRED_USES if f"<li>{use.zh if lang == 'zh' else use}</li>" not in page]
    assert missing == []
