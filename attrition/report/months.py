"""The page that links the reports of all months, the latest first, each with what it expected and how that has moved.

What a month expected is read off its own page, where it stands rounded; nothing is computed from people's data again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.report.columns import both
from attrition.report.editions import EDITIONS
from attrition.report.form import MISSING, Form
from attrition.report.render import render
from attrition.report.shipped import source
from attrition.report.svg import Canvas, Scale
from attrition.report.words import LANGUAGES, words

if TYPE_CHECKING:
    from markupsafe import Markup

MONTH = re.compile(r"\d{4}-\d{2}")
EXPECTED = re.compile(r'<meta name="expected" content="(\d+)">')
MONTHS_DRAWN = 12
WIDTH, HEIGHT = 150.0, 30.0


def index(folder: Path, langs: Sequence[str]) -> str:
    """Write the page for the folders of months there are."""
    forms = [Form(words(lang), "") for lang in langs]
    months = sorted(path for path in folder.iterdir() if MONTH.fullmatch(path.name))
    expected = {path.name: expected_of(path) for path in months}
    listed = []
    for place, path in enumerate(months):
        until = [expected[month.name] for month in months[max(0, place + 1 - MONTHS_DRAWN) : place + 1]]
        said = expected[path.name]
        number = MISSING if said is None else forms[0].number(said)
        listed.append((path.name, number, sparkline(path.name, until, forms), _files(path, forms)))
    content = {
        "forms": forms,
        "months": listed[::-1],
        "editions": tuple(EDITIONS),
        "style": source("style.css") + source("charts.css"),
    }
    return str(render("index.html", **content, say=lambda key: both(forms, key)))


def expected_of(place: Path) -> int | None:
    """Read how many resignations a month's page expected for the whole centre; null where it was not shown."""
    for page in sorted(place.glob("centre.*.html")):
        found = EXPECTED.search(page.read_text(encoding="utf-8"))
        return int(found[1]) if found else None
    return None


def sparkline(month: str, values: Sequence[int | None], forms: Sequence[Form]) -> Markup | str:
    """Draw the months up to one as a small line that begins at zero; nothing where fewer than two are known."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    canvas = Canvas(WIDTH, HEIGHT)
    across = Scale(0, len(values) - 1, 5, WIDTH - 5)
    up = Scale(0, max(value for _, value in known) or 1, HEIGHT - 4, 5)
    points = [(across(place), up(value)) for place, value in known]
    canvas.line(0, HEIGHT - 4, WIDTH, HEIGHT - 4, "grid")
    canvas.path(points, "trace spark")
    canvas.dot(*points[-1], "point", 3)
    told = ", ".join(str(value) for _, value in known)
    return canvas.svg(f"spark-{month}", both(forms, "index.spark"), told)


def _files(place: Path, forms: Sequence[Form]) -> list[list[tuple[str, str]]]:
    """Name for each edition of one month its files, with the words of their links."""
    return [_files_of(place, edition, forms) for edition in EDITIONS]


def _files_of(place: Path, edition: str, forms: Sequence[Form]) -> list[tuple[str, str]]:
    found = []
    for lang in LANGUAGES:
        name = words(lang)("lang.name")
        found += [(f"{edition}.{lang}.html", name), (f"{edition}.{lang}.pdf", f"{name} PDF")]
    found.append((f"{edition}.xlsx", both(forms, "index.workbook")))
    return [(name, label) for name, label in found if (place / name).exists()]
