"""Write a month's report: its editions as pages, PDFs and workbooks, and the list of all months.

An edition is the version of the report for one kind of reader; see `attrition.report.editions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.phrase import Phrase
from attrition.data.progress import Progress, silent
from attrition.data.swap import readable
from attrition.data.terms import LANGUAGES
from attrition.message import Message
from attrition.report.edition_names import LEADERS_FOLDER, TEAM
from attrition.report.editions import editions_of
from attrition.report.figures.month_figures import month_figures
from attrition.report.leader_pages import write_leader_pages
from attrition.report.month_index import month_index
from attrition.report.month_json import FILE, month_json
from attrition.report.pages import edition_page
from attrition.report.pdf import PdfRenderer
from attrition.report.planning_files import FOLDER as PLANNING
from attrition.report.planning_files import write_planning_files
from attrition.report.translations import translations
from attrition.report.workbook import write_workbook

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.inputs import ReportInputs


def write_editions(
    inputs: ReportInputs,
    *,
    langs: Sequence[str] = LANGUAGES,
    folder: Path,
    progress: Progress = silent,
) -> list[Path]:
    """Write the report of a month, bring the list of months up to date, and return the paths of the files.

    The files are written to a temporary folder that replaces that of the month when all are complete, so a reader never
    sees half a report, and nothing changes where writing fails.

    Parameters
    ----------
    inputs : ReportInputs
        The inputs of the month.
    langs : sequence of {"en", "zh"}
        One page is written per edition and language; a workbook holds all languages side by side.
    folder : Path
        The folder of all months, ``reports/``.
    progress : callable
        Called with one message per edition, one before the last PDFs, and one where no PDF can be rendered.

    Returns
    -------
    list of Path
        For each edition ``reports/2026-10/centre.en.html`` and so on per language, the same as PDF (where this machine
        can render PDFs, and not of all teams) and ``centre.xlsx``; ``reports/2026-10/teams``, the leaders' own pages;
        ``reports/2026-10/planning``, tables for other programs; ``month.json``; last ``reports/index.html``.

    Raises
    ------
    UserError
        A language is not known.
    """
    for lang in langs:
        translations(lang)
    month_folder = folder / f"{inputs.as_of:%Y-%m}"
    with atomic_folder(month_folder) as unfinished_folder:
        with PdfRenderer(on_unavailable=progress) as renderer:
            figures = month_figures(inputs)
            for edition in editions_of(figures):
                progress(Message("writing the report {edition}", edition=_edition_name(edition)))
                for html_path in _write_pages(figures, edition, langs, unfinished_folder):
                    if edition != TEAM:  # on paper each leader has their own teams; nobody turns the pages of all
                        renderer.submit(html_path)
                write_workbook(figures, langs, edition, unfinished_folder / f"{edition}.xlsx")
            (unfinished_folder / FILE).write_text(month_json(figures, langs), encoding="utf-8", newline="\n")
            earlier = readable(month_folder) / LEADERS_FOLDER
            write_leader_pages(figures, langs, unfinished_folder / LEADERS_FOLDER, earlier=earlier)
            write_planning_files(figures, unfinished_folder / PLANNING)
            progress(Message("rendering the PDFs"))
        names = sorted(path.name for path in unfinished_folder.iterdir())
    with atomic_file(folder / "index.html") as unfinished_file:
        unfinished_file.write_text(month_index(folder, langs), encoding="utf-8", newline="\n")
    return [*(month_folder / name for name in names), folder / "index.html"]


def _edition_name(edition: str) -> Phrase:
    return Phrase(translations("en")(f"edition.{edition}").lower(), translations("zh")(f"edition.{edition}"))


def _write_pages(figures: MonthFigures, edition: str, langs: Sequence[str], folder: Path) -> Iterator[Path]:
    """Write an edition in each language, and yield the path of each page as soon as it is written."""
    for lang in langs:
        path = folder / f"{edition}.{lang}.html"
        path.write_text(edition_page(figures, lang, edition, langs=langs), encoding="utf-8", newline="\n")
        yield path
