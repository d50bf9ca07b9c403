"""A month's report, written whole or not at all: pages, workbook, and the list of all months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.whole import whole_file, whole_folder
from attrition.report.form import Form
from attrition.report.month import month
from attrition.report.pages import page, render
from attrition.report.sheets import both
from attrition.report.words import LANGUAGES, words
from attrition.report.workbook import workbook

if TYPE_CHECKING:
    from attrition.report.products import Products

WORKBOOK = "report.xlsx"
MONTH = re.compile(r"\d{4}-\d{2}")


def write(products: Products, *, langs: Sequence[str] = LANGUAGES, folder: Path) -> list[Path]:
    """Write the report of a month and bring the list of months up to date.

    Parameters
    ----------
    products : Products
        The month.
    langs : sequence of {"en", "zh"}
        One page is written per language; the workbook holds all of them side by side.
    folder : Path
        The folder of all months, ``reports/``.

    Returns
    -------
    list of Path
        What to open: ``reports/2026-10/report.en.html``, ``report.zh.html``, ``report.xlsx``, and
        ``reports/index.html``. A report of the same month is replaced whole.

    Raises
    ------
    UserError
        A language is not known.
    """
    figures = month(products)
    pages = {lang: page(figures, lang) for lang in langs}
    place = folder / f"{products.as_of:%Y-%m}"
    with whole_folder(place) as part:
        for lang, text in pages.items():
            (part / f"report.{lang}.html").write_text(text, encoding="utf-8", newline="\n")
        workbook(figures, langs, part / WORKBOOK)
    with whole_file(folder / "index.html") as part:
        part.write_text(index(folder, langs), encoding="utf-8", newline="\n")
    return [*(place / f"report.{lang}.html" for lang in langs), place / WORKBOOK, folder / "index.html"]


def index(folder: Path, langs: Sequence[str]) -> str:
    """Write the page that links the reports of all months there are, the latest first."""
    forms = [Form(words(lang), "") for lang in langs]
    months = sorted((path for path in folder.iterdir() if MONTH.fullmatch(path.name)), reverse=True)
    listed = [(path.name, _files(path, forms)) for path in months]
    return render("index.html", forms=forms, months=listed, say=lambda key: both(forms, key))


def _files(place: Path, forms: Sequence[Form]) -> list[tuple[str, str]]:
    """Name the files of one month with the words of their links."""
    found = [(f"report.{lang}.html", words(lang)("lang.name")) for lang in LANGUAGES]
    found.append((WORKBOOK, both(forms, "index.workbook")))
    return [(name, label) for name, label in found if (place / name).exists()]
