"""What is late, incomplete or missing is said under the verdict, in the reader's language."""

from dataclasses import replace
from datetime import date

import pytest

from attrition.report.figures.month_figures import month_figures
from attrition.report.formatter import Formatter
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page
from attrition.report.sections.account import gap_sentences
from attrition.report.translations import translations
from tests.report.sample_month import month_inputs

DOUBT = {"en": "4 agents are gone", "zh": "4 人已不见踪影"}


@pytest.fixture(scope="module")
def inputs() -> ReportInputs:
    return replace(month_inputs(), exits_complete_to=date(2026, 6, 30), doubts=(DOUBT,))


@pytest.mark.parametrize(("lang", "month"), [("en", "June 2026"), ("zh", "2026年6月")])
def test_the_month_to_which_leavers_are_on_file_comes_first(inputs: ReportInputs, lang: str, month: str) -> None:
    sentences = gap_sentences(inputs, Formatter(translations(lang), inputs.currency))
    assert month in sentences[0]
    assert sentences[1] == DOUBT[lang]


def test_a_complete_list_of_leavers_needs_no_sentence(inputs: ReportInputs) -> None:
    complete = replace(inputs, exits_complete_to=None, doubts=())
    sentences = gap_sentences(complete, Formatter(translations("en"), inputs.currency))
    assert not [sentence for sentence in sentences if "leavers" in sentence]


def test_months_of_too_few_flagged_say_nothing_of_their_share(inputs: ReportInputs) -> None:
    few = replace(inputs, history=inputs.history.assign(flagged=3.0, flagged_resigned=1.0))
    assert "Of those flagged" in edition_page(month_figures(inputs), "en", "partner")
    assert "Of those flagged" not in edition_page(month_figures(few), "en", "partner")
