"""A real browser opens every edition from disk: no error, no request, and its tools work with mouse and keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attrition.data.terms import LANGUAGES
from attrition.predict.survival import survival
from attrition.report.agent_report import agent_report
from attrition.report.backtest_page import backtest_page
from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.pages import agent_page, edition_page
from attrition.report.translations import translations
from tests.report.test_agent_report import riskiest
from tests.report.test_backtest_page import inputs as tried

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
SHEETS = list(product(EDITIONS, LANGUAGES))
IN_ONE_LANGUAGE = [
    pytest.param(edition, lang, marks=[] if lang == "en" else pytest.mark.exhaustive) for edition, lang in SHEETS
]
"""The pages of both languages are built alike; axe takes seconds for each."""
DESKTOP, PHONE = {"width": 1200, "height": 1400}, {"width": 390, "height": 844}

UNREADABLE = """() => [...document.querySelectorAll('svg.narrow')].flatMap((chart) => {
  const box = chart.getBoundingClientRect(), scale = box.width / chart.viewBox.baseVal.width, before = [];
  return [...chart.querySelectorAll('text')].filter((text) => {
    const place = text.getBoundingClientRect(), size = scale * parseFloat(getComputedStyle(text).fontSize);
    const isOutside = place.left < box.left - 2 || place.right > box.right + 2
      || place.top < box.top - 2 || place.bottom > box.bottom + 2;
    const isCovered = before.some((other) => place.left < other.right && other.left < place.right
      && place.top + 3 < other.bottom - 3 && other.top + 3 < place.bottom - 3);
    if (text.textContent) before.push(place);
    return text.textContent && (size < 11 || isOutside || isCovered);
  }).map((text) => `${chart.querySelector('title').id}: ${text.textContent}`);
})"""
"""Returns the texts of charts that are smaller than 11 pixels, outside their chart or across another text.

The box of a text is a little larger than its letters.
"""

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="chromium is not installed (apt-get install chromium fonts-noto-cjk)"
)


@pytest.fixture(scope="module")
def folder(inputs: ReportInputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place, figures = tmp_path_factory.mktemp("editions"), month_figures(inputs)
    for edition, lang in SHEETS:
        (place / f"{edition}.{lang}.html").write_text(edition_page(figures, lang, edition), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that records console messages and network requests."""
    context = browser.new_context(viewport=DESKTOP, bypass_csp=False)
    page = context.new_page()
    page.messages, page.requests = [], []
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    yield page
    context.close()


def opened(page: Any, folder: Path, edition: str, lang: str) -> Any:
    page.goto((folder / f"{edition}.{lang}.html").as_uri())
    return page


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_a_page_opens_without_an_error_or_a_request(page: Any, folder: Path, edition: str, lang: str) -> None:
    opened(page, folder, edition, lang)
    assert_quiet(page)
    assert page.locator("svg.narrow:visible").count() == 0
    assert page.locator(".canvas > svg:visible").count() == page.locator(".canvas").count()


def assert_quiet(page: Any) -> None:
    """Check that the page caused no message and no request, and fits the width of its screen."""
    assert page.messages == []
    assert page.requests == [page.url]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("edition", "lang"), SHEETS)
def test_on_a_phone_a_page_opens_as_well_and_its_charts_fit(page: Any, folder: Path, edition: str, lang: str) -> None:
    page.set_viewport_size(PHONE)
    opened(page, folder, edition, lang)
    assert_quiet(page)
    assert_charts_fit(page)


def assert_charts_fit(page: Any) -> None:
    """Check that each chart is drawn once for a phone, does not scroll, and that its texts can be read."""
    assert page.locator("svg.narrow:visible").count() == page.locator(".canvas").count()
    assert page.locator(".canvas > svg:visible:not(.narrow)").count() == 0
    assert page.evaluate("[...document.querySelectorAll('.canvas')].every((one) => one.scrollWidth <= one.clientWidth)")
    assert page.evaluate(UNREADABLE) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_phone_the_charts_of_an_agent_and_of_a_backtest_fit(
    page: Any, tmp_path: Path, inputs: ReportInputs, lang: str
) -> None:
    agent = agent_report(inputs, survival(inputs.scores), riskiest(inputs))
    for name, text in (("agent", agent_page(agent, inputs, lang)), ("backtest", backtest_page(tried(), lang))):
        (tmp_path / f"{name}.{lang}.html").write_text(text, encoding="utf-8")
        page.set_viewport_size(PHONE)
        assert_charts_fit(opened(page, tmp_path, name, lang))


@pytest.mark.parametrize(("edition", "lang"), IN_ONE_LANGUAGE)
def test_axe_finds_nothing_serious(browser: Any, folder: Path, edition: str, lang: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport=DESKTOP, bypass_csp=True)  # axe itself is a script the page would refuse
    violations = Axe().run(opened(context.new_page(), folder, edition, lang)).response["violations"]
    context.close()
    assert [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ] == []


def test_a_table_is_sorted_by_its_headings_with_the_keyboard(page: Any, folder: Path) -> None:
    opened(page, folder, "centre", "en").get_by_role("button", name="Open all tables").click()
    heading = page.locator("#expected th").nth(2)
    heading.get_by_role("button", name="Headcount").focus()
    page.keyboard.press("Enter")
    cells = page.locator("#expected tbody tr:not(:has(.quiet)) td:nth-child(3)").all_inner_texts()
    counts = [int(text) for text in cells]
    assert heading.get_attribute("aria-sort") == "ascending"
    assert counts == sorted(counts)
    page.keyboard.press("Enter")
    assert page.locator("#expected tbody tr").first.locator("td").nth(2).inner_text() == "300"


def test_the_watch_list_is_filtered_as_one_types(page: Any, folder: Path) -> None:
    opened(page, folder, "partner", "en")
    first = page.locator("#watch article").first
    number = first.locator("summary strong").inner_text()
    page.locator("#watch input[type=search]").first.fill(number)
    shown = page.locator("#watch .list").first.locator("article:visible summary strong").all_inner_texts()
    assert shown == [number]
    assert page.locator("#watch output").first.inner_text().startswith("1 of ")


def test_the_watch_list_is_filtered_by_team(page: Any, folder: Path) -> None:
    opened(page, folder, "partner", "en")
    field = page.locator("#watch select").first
    team = field.locator("option").nth(1).inner_text()
    field.select_option(team)
    shown = page.locator("#watch article:visible")
    assert 0 < shown.count() < 24
    assert {article.get_attribute("data-team") for article in shown.all()} == {team}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_language_is_one_click_away(page: Any, folder: Path, edition: str) -> None:
    opened(page, folder, edition, "en").get_by_role("link", name="中文").click()
    assert page.url.endswith(f"{edition}.zh.html")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_print_shows_every_table_and_no_tools(page: Any, folder: Path) -> None:
    opened(page, folder, "centre", "zh").evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("nav:visible, .filter:visible, svg.narrow:visible").count() == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_team_leader_s_phone_shows_a_condition_whole(page: Any, folder: Path, lang: str) -> None:
    page.set_viewport_size(PHONE)
    opened(page, folder, "team", lang)
    assert page.evaluate("[...document.querySelectorAll('.team')].every((one) => one.scrollWidth <= one.clientWidth)")
    row = page.locator(".conditions tbody tr:has(td)").first
    assert row.locator("td:visible").count() == 6
    assert row.locator("td.weight").get_attribute("data-label") == translations(lang)("c.weight")
    assert page.locator(".conditions thead th:visible").count() == 3 * page.locator(".conditions").count()


def test_without_its_script_a_page_says_the_same(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = opened(context.new_page(), folder, "partner", "en")
    assert plain.locator("#watch article").count() == 24
    context.close()


def test_the_charts_are_drawn_in_their_colours(page: Any, folder: Path, tmp_path: Path) -> None:
    opened(page, folder, "centre", "zh").screenshot(path=tmp_path / "shot.png", full_page=True)
    colours = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB")).reshape(-1, 3)
    for name, colour in {"range": (0xC9, 0xE0, 0xEF), "dots": (0xC2, 0x50, 0x0F), "ribbon": (0x12, 0x34, 0x4D)}.items():
        assert (colours == colour).all(axis=1).sum() > 200, name
