"""Writes a month's report: its editions as pages, PDFs and workbooks, and the list of months; whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.progress import Progress, silent
from attrition.data.terms import LANGUAGES
from attrition.report.editions import EDITIONS, TEAM
from attrition.report.month_figures import month_figures
from attrition.report.month_index import month_index
from attrition.report.pages import edition_page
from attrition.report.pdf import PdfRenderer
from attrition.report.translations import translations
from attrition.report.workbook import write_workbook

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs
    from attrition.report.month_figures import MonthFigures

MAX_TEAMS_IN_PDF = 300
"""A sheet each; nobody prints more, and rendering them takes minutes and gigabytes."""


def write_editions(
    inputs: ReportInputs,
    *,
    langs: Sequence[str] = LANGUAGES,
    folder: Path,
    progress: Progress = silent,
) -> list[Path]:
    """Write the report of a month and bring the list of months up to date.

    Parameters
    ----------
    inputs : ReportInputs
        The month.
    langs : sequence of {"en", "zh"}
        One page is written per edition and language; a workbook holds all languages side by side.
    folder : Path
        The folder of all months, ``reports/``.
    progress : callable
        Called with a message per edition.

    Returns
    -------
    list of Path
        The files: for each edition ``reports/2026-10/centre.en.html``, the same as a PDF (where
        `attrition.report.pdf.has_pdf`; the team leaders' for at most `MAX_TEAMS_IN_PDF` teams) and ``centre.xlsx``;
        and ``reports/index.html``. A report of the same month is replaced whole.

    Raises
    ------
    UserError
        A language is not known.
    """
    for lang in langs:
        translations(lang)
    month_folder = folder / f"{inputs.as_of:%Y-%m}"
    with atomic_folder(month_folder) as part:
        with PdfRenderer(on_unavailable=progress) as renderer:
            figures = month_figures(inputs)
            for edition in EDITIONS:
                progress(f"writing the report {translations('en')(f'edition.{edition}').lower()}")
                for page in _write_pages(figures, edition, langs, part):
                    if _has_pdf(edition, figures):
                        renderer.render(page)
                write_workbook(figures, langs, edition, part / f"{edition}.xlsx")
            progress(_pdf_message(figures))
        names = sorted(path.name for path in part.iterdir())
    with atomic_file(folder / "index.html") as part:
        part.write_text(month_index(folder, langs), encoding="utf-8", newline="\n")
    return [*(month_folder / name for name in names), folder / "index.html"]


def _has_pdf(edition: str, figures: MonthFigures) -> bool:
    return edition != TEAM or len(figures.teams) <= MAX_TEAMS_IN_PDF


def _pdf_message(figures: MonthFigures) -> str:
    if _has_pdf(TEAM, figures):
        return "rendering the PDFs"
    return f"rendering the PDFs, except that of {len(figures.teams)} teams: filter their page to one and print it"


def _write_pages(figures: MonthFigures, edition: str, langs: Sequence[str], folder: Path) -> Iterator[Path]:
    """Write an edition in each language, and yield the path of each page as soon as it is written."""
    for lang in langs:
        path = folder / f"{edition}.{lang}.html"
        path.write_text(edition_page(figures, lang, edition, langs=langs), encoding="utf-8", newline="\n")
        yield path
