"""The duties stand in one dated file, in both languages, and every paper says that it is no legal advice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.papers.declaration import Signature
from attrition.report.papers.duties import read_duties
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.pages import PAPERS, index_page, paper_page


def test_each_duty_is_dated_sourced_and_chinese_too() -> None:
    assert read_duties().known_on == date(2026, 11, 28)
    for duty in read_duties().duties:
        assert all((duty.from_, duty.source))
        assert bool(duty.doubt) == bool(duty.doubt_zh)
        assert re.search("[一-鿿]", duty.what_zh)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_says_that_it_is_no_legal_advice_and_until_when_it_holds(
    facts: PaperFacts, name: str, lang: str
) -> None:
    page = paper_page(name, facts, lang, langs=LANGUAGES)
    assert ("不构成法律意见" if lang == "zh" else "Not legal advice") in page
    stamp = "适用于版本2，有效期至2027年11月28日" if lang == "zh" else "Valid for version 2 until 28 November 2027"
    assert stamp in page


def test_the_index_shows_every_duty_with_its_date(facts: PaperFacts) -> None:
    page = index_page(facts, "en", langs=LANGUAGES, has_pdf=False)
    assert all(duty.from_ in page for duty in read_duties().duties)


def test_a_paper_nobody_signed_says_that_it_is_a_draft_and_a_signed_one_who_signed(facts: PaperFacts) -> None:
    signature = Signature(role="data protection officer", name="Wang Fang", on=date(2026, 12, 1))
    signed = replace(facts, job=facts.job.model_copy(update={"signed_by": (signature,)}))
    drafted, agreed = (paper_page("assessment", each, "en", langs=()) for each in (facts, signed))
    assert "Nobody has signed: this is a draft." in drafted
    assert "this is a draft" not in agreed
    assert "Wang Fang" in agreed
