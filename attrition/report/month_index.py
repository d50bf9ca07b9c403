"""The page that lists the reports of all months, the latest first, with expected resignations and their course.

The expected number is read from the pages written each month, where it is already rounded and suppressed, so agents'
data are not needed here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.swap import entries
from attrition.data.terms import LANGUAGES
from attrition.report.edition_names import CENTRE
from attrition.report.editions import EDITIONS
from attrition.report.formatter import MISSING, Formatter
from attrition.report.render import render
from attrition.report.screens import WIDE
from attrition.report.sheets import in_all_languages
from attrition.report.svg import Canvas, Scale
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from markupsafe import Markup

MONTH_FOLDER = re.compile(r"\d{4}-\d{2}")
EXPECTED_TAG = re.compile(r'<meta name="expected" content="(\d+)">')
MAX_MONTHS_DRAWN = 12
WIDTH, HEIGHT = 150.0, 30.0


def month_index(folder: Path, langs: Sequence[str]) -> str:
    """Return the page as HTML: a row per month folder in `folder`, with links to the files of each edition."""
    formatters = [Formatter(translations(lang), "") for lang in langs]
    places = {name: path for name, path in entries(folder).items() if MONTH_FOLDER.fullmatch(name)}
    folders = [places[name] for name in sorted(places)]
    expected = {path.name: read_expected(path) for path in folders}
    months = []
    for number, path in enumerate(folders):
        drawn = folders[max(0, number + 1 - MAX_MONTHS_DRAWN) : number + 1]
        chart = sparkline(path.name, [expected[month.name] for month in drawn], formatters)
        shown = expected[path.name]
        expected_text = MISSING if shown is None else formatters[0].number(shown)
        months.append((path.name, expected_text, chart, [_links(path, edition, formatters) for edition in EDITIONS]))
    content = {
        "formatters": formatters,
        "months": months[::-1],
        "editions": tuple(EDITIONS),
        "style": template_text("style.css") + template_text("charts.css"),
    }
    return str(render("index.html", **content, text=lambda key: in_all_languages(formatters, key)))


def read_expected(folder: Path) -> int | None:
    """Return the expected resignations of the whole centre from a month's page; None where it shows none."""
    for page in sorted(folder.glob(f"{CENTRE}.*.html")):
        match = EXPECTED_TAG.search(page.read_text(encoding="utf-8"))
        return int(match[1]) if match else None
    return None


def sparkline(month: str, values: Sequence[int | None], formatters: Sequence[Formatter]) -> Markup | str:
    """Draw the expected numbers up to a month as a small line; empty where fewer than two are known."""
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    canvas = Canvas(WIDE.at_most(WIDTH), HEIGHT)
    x_scale = Scale(0, len(values) - 1, 5, WIDTH - 5)
    y_scale = Scale(0, max(value for _, value in known) or 1, HEIGHT - 4, 5)
    points = [(x_scale(number), y_scale(value)) for number, value in known]
    canvas.line(0, HEIGHT - 4, WIDTH, HEIGHT - 4, "grid")
    canvas.path(points, "trace spark")
    canvas.dot(*points[-1], "point", 3)
    alternative = ", ".join(str(value) for _, value in known)
    return canvas.svg(f"spark-{month}", in_all_languages(formatters, "index.spark"), alternative)


def _links(folder: Path, edition: str, formatters: Sequence[Formatter]) -> list[tuple[str, str]]:
    """Return the files of one edition of one month that exist, each with the text of its link."""
    links = []
    for lang in LANGUAGES:
        name = translations(lang)("lang.name")
        links += [(f"{edition}.{lang}.html", name), (f"{edition}.{lang}.pdf", f"{name} PDF")]
    links.append((f"{edition}.xlsx", in_all_languages(formatters, "index.workbook")))
    return [(file, label) for file, label in links if (folder / file).exists()]
