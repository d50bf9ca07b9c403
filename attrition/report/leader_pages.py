"""Write each team leader's own page, which holds the teams they lead and nobody else's, and render it to PDF.

The pages appear with the report. Their PDFs follow, since a centre of many teams has more of them than anybody waits
for: whoever stops that keeps those which are done, and the next run renders what is missing or has changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.engine import CORES
from attrition.data.modes import make_folder, protect
from attrition.message import Message
from attrition.report.figures.leaders import figures_of_teams, leaders_files
from attrition.report.pages import leader_page
from attrition.report.pdf import PdfRenderer

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.report.figures.month_figures import MonthFigures

BATCH = 100
"""How many PDFs are rendered between two messages, on all cores; the processes that render end after them and free
their memory, which is little for a page of one leader."""


def write_leader_pages(figures: MonthFigures, langs: Sequence[str], folder: Path, *, earlier: Path) -> None:
    """Write a page per leader and language; the PDF of one that has not changed is taken from the earlier folder.

    Leaders all of whose teams are hidden get none.
    """
    for name, teams in leaders_files(figures.inputs.groups).items():
        own = figures_of_teams(figures, teams)
        if not own.teams:
            continue
        make_folder(folder)
        for lang in langs:
            path = folder / f"{name}.{lang}.html"
            path.write_text(leader_page(own, lang, file=name, langs=langs), encoding="utf-8", newline="\n")
            _keep_pdf(path, earlier / path.name)


def _keep_pdf(page: Path, earlier: Path) -> None:
    """Take over the PDF of the same page, which would be rendered to the same bytes."""
    pdf = earlier.with_suffix(".pdf")
    if pdf.exists() and earlier.exists() and earlier.read_bytes() == page.read_bytes():
        shutil.copyfile(pdf, page.with_suffix(".pdf"))


def render_leader_pdfs(folder: Path, lang: str, *, progress: Progress) -> None:
    """Render the pages of one language that have no PDF yet, in batches; each PDF appears whole.

    Where this machine cannot render, nothing is said again: the report's own PDFs have said it.
    """
    pages = [page for page in sorted(folder.glob(f"*.{lang}.html")) if not page.with_suffix(".pdf").exists()]
    for first in range(0, len(pages), BATCH):
        progress(Message("rendering the team leaders' PDFs: {done} of {pages}", done=first, pages=len(pages)))
        unavailable: list[str] = []
        with PdfRenderer(unavailable.append, processes=CORES) as renderer:
            for page in pages[first : first + BATCH]:
                renderer.submit(page)
        if unavailable:
            return
    protect(folder)
