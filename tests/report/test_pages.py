"""The page: offline, complete, accountable first, and safe against what names may hold."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from attrition.report.form import Form
from attrition.report.month import month as computed
from attrition.report.pages import evidence, page
from attrition.report.products import Products
from attrition.report.words import LANGUAGES, words
from tests.report.test_words import CAUSAL

VOID = {"meta", "br", "line", "rect", "circle", "polyline", "link", "img", "input"}


@pytest.fixture(scope="module")
def pages(month: Products) -> dict[str, str]:
    figures = computed(month)
    return {lang: page(figures, lang) for lang in LANGUAGES}


@pytest.mark.parametrize(("lang", "source"), [("en", "a field trial"), ("zh", "一项实地试验")])
def test_evidence_is_cited_in_the_reader_s_language(month: Products, lang: str, source: str) -> None:
    offered = month.interventions[1]
    told = offered.evidence.model_copy(update={"source": "a field trial", "source_zh": "一项实地试验"})
    assert source in evidence(offered.model_copy(update={"evidence": told}), told.grade, Form(words(lang), "CNY"))


class Outline(HTMLParser):
    """Collects text and attributes, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert found.open == []
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_needs_nothing_from_elsewhere(pages: dict[str, str], lang: str) -> None:
    text = pages[lang]
    assert "<script" not in text
    assert "@import" not in text
    assert not re.search(r"https?://|url\(|src=|<link|<iframe", text)
    links = {value for name, value in outline(text).attributes if name == "href"}
    assert all(str(link).startswith("#") for link in links)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sections_come_in_order_with_accountability_first(pages: dict[str, str], lang: str) -> None:
    titles = re.findall(r'<h2 id="h\d"><span class="no">\d</span>(.*?)</h2>', pages[lang])
    say = words(lang)
    assert titles == [say("s1"), say("s2", months=3), *(say(f"s{number}") for number in (3, 4, 5, 6))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_purpose_stands_on_top_and_in_every_section(pages: dict[str, str], lang: str) -> None:
    said = "".join(outline(pages[lang]).words)
    assert said.count(words(lang)("purpose")) == 1 + 6
    assert f'content: "{words(lang)("purpose")}"' in pages[lang]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_has_a_title_and_a_text_alternative(pages: dict[str, str], lang: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", pages[lang], re.DOTALL)
    assert len(drawings) == 6
    for drawing in drawings:
        assert re.search(r'role="img".*<title id="[^"]+">[^<]{4,}</title><desc id="[^"]+">[^<]{10,}</desc>', drawing)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_claims_a_cause(pages: dict[str, str], lang: str) -> None:
    assert not re.search(CAUSAL[lang], " ".join(outline(pages[lang]).words), re.IGNORECASE)


def test_hidden_teams_have_no_figures(pages: dict[str, str], month: Products) -> None:
    rows = re.findall(r'<tr class="team"><td>([^<]*)</td>(.*?)</tr>', pages["en"])
    hidden = {team for team, rest in rows if "not shown" in rest}
    assert hidden == {"CD-04", "CD-05", "FS-05", "FS-04"}
    assert all(not re.search(r"\d\.\d", rest) for team, rest in rows if team in hidden)
    expected = month.expected_leavers.set_index(["horizon_months", "unit"])["expected"]
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", pages["en"])
    assert not any(f"{expected[3, 'FS-05']:.1f} (" in words for words in drawn)


def test_a_watched_agent_has_sentences_in_the_reader_s_language(pages: dict[str, str]) -> None:
    assert re.search(r"Base pay is \d[\d.]*% below the local market median \(peers: 0.3% above\)", pages["en"])
    assert re.search(r"基本工资比当地市场中位数低\d[\d.]*%（同类座席：高0.3%）", pages["zh"])


def test_names_are_text_and_never_markup(month: Products) -> None:
    hostile = replace(month, site="<script>alert(1)</script>", assumptions=("a < b & c",))
    text = page(computed(hostile), "en")
    assert "<script" not in text
    assert "a &lt; b &amp; c" in text


def test_a_first_month_without_anything_optional_is_still_a_report(month: Products) -> None:
    first = replace(
        month,
        history=month.history.head(0),
        metrics=month.metrics.head(0),
        quality=month.quality.head(0),
        drivers=month.drivers.drop(columns=["category", "peer_category"]),
        checks=(),
        gaps=(),
        assumptions=(),
        calibration=None,
        drivers_earlier=None,
        flagged_earlier=(),
    )
    text = page(computed(first), "en")
    assert "No earlier month can be judged yet" in text
    assert text.count("<svg") == 2


def test_a_site_without_teams_or_sites_is_still_a_report(month: Products) -> None:
    leavers = month.expected_leavers[month.expected_leavers["level"] == "centre"]
    text = page(computed(replace(month, groups=month.groups[["agent_id"]], expected_leavers=leavers)), "zh")
    assert "全中心" in text


def test_a_month_in_which_nobody_is_scored_says_so(month: Products) -> None:
    text = page(computed(replace(month, scores=month.scores.assign(abstained=True))), "en")
    assert "Nobody is listed this month." in text


def test_the_same_month_gives_the_same_bytes(pages: dict[str, str], month: Products) -> None:
    assert page(computed(month), "zh") == pages["zh"]
