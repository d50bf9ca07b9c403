"""A month's report, written whole or not at all: editions as pages, on paper and as workbooks; the list of months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.report.editions import EDITIONS
from attrition.report.month import month
from attrition.report.months import index
from attrition.report.pages import page
from attrition.report.pdf import press
from attrition.report.words import LANGUAGES, words
from attrition.report.workbook import workbook

if TYPE_CHECKING:
    from attrition.report.editions import Edition
    from attrition.report.month import Month
    from attrition.report.products import Products

MOST_TEAMS_ON_PAPER = 300
"""A sheet each; beyond it nobody turns the pages, and laying them out takes minutes and gigabytes."""


def write(
    products: Products,
    *,
    langs: Sequence[str] = LANGUAGES,
    folder: Path,
    progress: Callable[[str], None] = lambda said: None,
) -> list[Path]:
    """Write the report of a month and bring the list of months up to date.

    Parameters
    ----------
    products : Products
        The month.
    langs : sequence of {"en", "zh"}
        One page is written per edition and language; a workbook holds all languages side by side.
    folder : Path
        The folder of all months, ``reports/``.
    progress : callable
        Told which edition is being written.

    Returns
    -------
    list of Path
        What to open: for each edition ``reports/2026-10/centre.en.html``, the same on paper
        (``.pdf``, where `attrition.report.pdf.has_pdf`; the team leaders' for at most `MOST_TEAMS_ON_PAPER` teams)
        and ``centre.xlsx``; and ``reports/index.html``. A report of the same month is replaced whole.

    Raises
    ------
    UserError
        A language is not known.
    """
    for lang in langs:
        words(lang)
    place = folder / f"{products.as_of:%Y-%m}"
    with atomic_folder(place) as part:
        with press(absent=progress) as lay_out:
            figures = month(products)
            for edition in EDITIONS:
                progress(f"writing the report {words('en')(f'edition.{edition}').lower()}")
                for path in _write_pages(figures, edition, langs, part):
                    if _is_for_paper(edition, figures):
                        lay_out(path)
                workbook(figures, langs, edition, part / f"{edition}.xlsx")
            progress(_paper_said(figures))
        names = sorted(path.name for path in part.iterdir())
    with atomic_file(folder / "index.html") as part:
        part.write_text(index(folder, langs), encoding="utf-8", newline="\n")
    return [*(place / name for name in names), folder / "index.html"]


def _is_for_paper(edition: Edition, figures: Month) -> bool:
    return edition != "team" or len(figures.teams) <= MOST_TEAMS_ON_PAPER


def _paper_said(figures: Month) -> str:
    if _is_for_paper("team", figures):
        return "laying the report out on paper"
    return f"laying the report out on paper, but for {len(figures.teams)} teams: filter their page to one and print it"


def _write_pages(figures: Month, edition: Edition, langs: Sequence[str], place: Path) -> Iterator[Path]:
    """Write an edition in each language, and give each page as soon as it is there."""
    for lang in langs:
        path = place / f"{edition}.{lang}.html"
        path.write_text(page(figures, lang, edition, langs=langs), encoding="utf-8", newline="\n")
        yield path
