"""The page: offline, complete, accountable first, and safe against what names may hold."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest

from attrition.data.terms import LANGUAGES
from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page
from attrition.report.translations import translations
from tests.report.test_translations import CAUSAL

VOID = {"meta", "br", "path", "rect", "circle", "link", "img", "input"}


SHEETS = list(product(EDITIONS, LANGUAGES))


@pytest.fixture(scope="module")
def pages(inputs: ReportInputs) -> dict[tuple[str, str], str]:
    figures = month_figures(inputs)
    return {(edition, lang): edition_page(figures, lang, edition) for edition, lang in SHEETS}


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
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


def outline(text: str) -> Outline:
    parsed = Outline()
    parsed.feed(text)
    assert parsed.open == []
    return parsed


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_a_page_needs_nothing_from_elsewhere(pages: dict[tuple[str, str], str], edition: str, lang: str) -> None:
    text = pages[edition, lang]
    assert text.count("<script") == 1
    assert "@import" not in text
    assert not re.search(r"https?://|url\(|src=|<link|<iframe", text)
    links = {
        str(value) for name, value in outline(text).attributes if name == "href" and not str(value).startswith("#")
    }
    teams = {link for link in links if link.startswith(f"team.{lang}.html#team-")}
    assert links - teams == {f"{edition}.{other}.html" for other in LANGUAGES if other != lang}
    assert not teams or edition == "centre"


def test_only_the_one_script_may_run(pages: dict[tuple[str, str], str]) -> None:
    for text in pages.values():
        (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}'" in text


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_sections_come_in_order_with_accountability_first(
    pages: dict[tuple[str, str], str], edition: str, lang: str
) -> None:
    titles = re.findall(r'<h2 id="[a-z_]+-title"><span class="no">\d+</span>(.*?)</h2>', pages[edition, lang])
    assert titles == [translations(lang)(f"section.{section.name}", months=3) for section in EDITIONS[edition].sections]
    (first,) = re.findall(r"<section .*?</h2>(.*?)</section>", pages[edition, lang], re.DOTALL)[:1]
    has_estimates = edition not in ("operations", "quality")  # which have nothing to account for
    assert first.strip().startswith('<div class="verdict') == has_estimates
    assert pages[edition, lang].count('<div class="verdict') == has_estimates


def test_a_glance_says_one_sentence_of_each_section_and_leads_there(
    pages: dict[tuple[str, str], str],
) -> None:
    _, glance, rest = pages["centre", "en"].split("<section id=", 2)
    rows = re.findall(r'<dt><a href="#([a-z]+)">.*?</a></dt><dd>(.*?)</dd>', glance)
    assert [name for name, _ in rows] == [
        *(
            "expected",
            "cuts",
            "turnover",
            "costs",
            "funnel",
            "movements",
            "market",
            "workload",
            "cohorts",
            "actions",
            "actions",
        ),
    ]
    assert all(f'id="{name}-title"' in rest and sentence in rest for name, sentence in rows)


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_the_purpose_stands_on_top_and_in_every_section(
    pages: dict[tuple[str, str], str], edition: str, lang: str
) -> None:
    text = "".join(outline(pages[edition, lang]).words)
    assert text.count(translations(lang)("purpose")) == 1 + len(EDITIONS[edition].sections)
    assert f'content: "{translations(lang)("purpose")}"' in pages[edition, lang]


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_every_chart_has_a_title_and_a_text_alternative(
    pages: dict[tuple[str, str], str], edition: str, lang: str
) -> None:
    text = pages[edition, lang]
    named = dict(re.findall(r'<(?:title|desc) id="([^"]+)">([^<]{4,})</', text))
    for drawing in re.findall(r"<svg[^>]*>", text):
        strip = re.search(r' role="img" aria-label="[^"]{10,}"', drawing)
        labels = re.search(r' role="img" aria-labelledby="(\S+) (\S+)"', drawing)
        assert strip or (labels and set(labels.groups()) <= named.keys() and len(named[labels[2]]) >= 10)


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_no_page_claims_a_cause(pages: dict[tuple[str, str], str], edition: str, lang: str) -> None:
    assert not re.search(CAUSAL[lang], " ".join(outline(pages[edition, lang]).words), re.IGNORECASE)


def test_hidden_teams_have_no_figures(pages: dict[tuple[str, str], str], inputs: ReportInputs) -> None:
    text = pages["centre", "en"]
    rows = re.findall(r'<tr class="team"><td>([^<]*)</td>(.*?)</tr>', text)
    hidden = {team for team, rest in rows if "not shown" in rest}
    assert hidden == {"CD-04", "CD-05", "FS-05", "FS-04"}
    assert all(not re.search(r"\d\.\d", rest) for team, rest in rows if team in hidden)
    expected = inputs.expected_leavers.set_index(["horizon_months", "unit"])["expected"]
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert not any(f"{expected[3, 'FS-05']:.1f} (" in words for words in drawn)
    assert not hidden & set(re.findall(r'<h3 id="team-\d+">([^ <]*)', pages["team", "en"]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_the_hr_partner_s_edition_holds_people(
    pages: dict[tuple[str, str], str], inputs: ReportInputs, lang: str
) -> None:
    agents = set(inputs.groups["agent_id"])
    held = {edition: agents & set(re.findall(r"\d{5}", pages[edition, lang])) for edition in EDITIONS}
    assert held == {edition: set() for edition in EDITIONS} | {"partner": held["partner"]}
    assert len(held["partner"]) == inputs.capacity


def test_team_leaders_see_conditions_and_no_estimates(pages: dict[tuple[str, str], str], inputs: ReportInputs) -> None:
    text = pages["team", "en"]
    assert len(re.findall('<article class="team"', text)) == 6
    assert re.search('Share of shifts on a weekend over three months</td><td class="n">[0-9.]+%', text)
    (part,) = re.findall('<section id="teams".*?</section>', text, re.DOTALL)
    assert not re.search(r"points|risk|estimate of", part)


def test_a_watched_agent_has_sentences_in_the_reader_s_language(pages: dict[tuple[str, str], str]) -> None:
    below = r"Base pay is \d[\d.]*% below the local market median \(peers: 0.3% above\)"
    assert re.search(below, pages["partner", "en"])
    assert re.search(r"基本工资比当地市场中位数低\d[\d.]*%（同类座席：高0.3%）", pages["partner", "zh"])


def test_names_are_text_and_never_markup(inputs: ReportInputs) -> None:
    hostile = replace(inputs, site="<script>alert(1)</script>", assumptions=("a < b & c",))
    text = edition_page(month_figures(hostile), "en", "centre")
    assert "<script>alert" not in text
    assert "a &lt; b &amp; c" in text


def test_a_first_month_without_anything_optional_is_still_a_report(inputs: ReportInputs) -> None:
    first = replace(
        inputs,
        history=inputs.history.head(0),
        metrics=inputs.metrics.head(0),
        quality=inputs.quality.head(0),
        drivers=inputs.drivers.drop(columns=["category", "peer_category"]),
        checks=(),
        gaps=(),
        assumptions=(),
        calibration=None,
        previous_drivers=None,
        previous_flagged=(),
        spells=None,
        past_scores=None,
        panel_rows=None,
        driver_views=None,
        interventions_received=None,
        plan=None,
    )
    text = edition_page(month_figures(first), "en", "centre")
    assert "No earlier month can be judged yet" in text
    assert len(re.findall('<svg viewBox[^>]* aria-labelledby="([a-z]+)-t', text)) == 3  # units, levers, actions


def test_of_many_teams_and_sites_the_page_draws_a_few_and_says_so(
    inputs: ReportInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrition.report.group_charts.MAX_SITES", 1)
    text = edition_page(month_figures(inputs), "en", "centre")
    assert "units are in the table only" in text
    assert "The sites are in the table only." in text


def test_a_site_without_teams_or_sites_is_still_a_report(inputs: ReportInputs) -> None:
    leavers = inputs.expected_leavers[inputs.expected_leavers["level"] == "centre"]
    text = edition_page(
        month_figures(replace(inputs, groups=inputs.groups[["agent_id"]], expected_leavers=leavers)), "zh", "centre"
    )
    assert "全中心" in text


def test_a_month_in_which_nobody_is_scored_says_so(inputs: ReportInputs) -> None:
    text = edition_page(month_figures(replace(inputs, scores=inputs.scores.assign(abstained=True))), "en", "partner")
    assert "Nobody is listed this month." in text


def test_the_same_month_gives_the_same_bytes(pages: dict[tuple[str, str], str], inputs: ReportInputs) -> None:
    assert {key: edition_page(month_figures(inputs), key[1], key[0]) for key in SHEETS} == pages


def test_a_chinese_page_shows_each_check_in_chinese_and_one_written_in_english_only_in_english(
    inputs: ReportInputs,
) -> None:
    first, second = inputs.checks[0], replace(inputs.checks[1], finding_zh="")
    text = edition_page(month_figures(replace(inputs, checks=(first, second))), "zh", "centre")
    assert f"<td>{first.finding_zh}</td>" in text
    assert f'<td lang="en">{second.finding}</td>' in text
