"""A month's report, written whole or not at all: pages, workbook, and the list of all months."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.whole import whole_file, whole_folder
from attrition.report.month import month
from attrition.report.months import WORKBOOK, index
from attrition.report.pages import page
from attrition.report.words import LANGUAGES
from attrition.report.workbook import workbook

if TYPE_CHECKING:
    from attrition.report.products import Products


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
