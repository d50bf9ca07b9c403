"""A page on paper: the same HTML, laid out on A4 by WeasyPrint, with the fonts it needs inside."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.report.shipped import source

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 2
"""Processes laying pages out side by side: each takes a core and, for a centre of thousands, some hundred megabytes."""

ABSENT = "no PDF is written: WeasyPrint finds no Pango on this machine (Debian: apt-get install libpangoft2-1.0-0)"


@cache
def has_pdf() -> bool:
    """Whether pages can be laid out here: WeasyPrint draws with the system's Pango library."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


def write_pdfs(pages: Sequence[Path]) -> list[Path]:
    """Lay out HTML documents beside themselves, several at a time; the same documents give the same bytes.

    Parameters
    ----------
    pages : sequence of Path
        Documents from `attrition.report.pages.page`; nothing they name is fetched.

    Returns
    -------
    list of Path
        The PDFs; none where `has_pdf` is not so.
    """
    if not has_pdf():
        return []
    longest_first = sorted(pages, key=lambda page: (-page.stat().st_size, page))
    shares = [longest_first[start::AT_ONCE] for start in range(min(AT_ONCE, len(pages)))]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_in_a_process, shares))
    return [page.with_suffix(".pdf") for page in pages]


def _in_a_process(pages: Sequence[Path]) -> None:
    """Lay out documents in a process of their own: layout is all Python, and gives its memory back at the end."""
    subprocess.run([sys.executable, "-m", "attrition.report.pdf", *map(str, pages)], check=True)


def write_pdf(page: Path) -> Path:
    """Lay out one HTML document beside itself."""
    from weasyprint import HTML, URLFetcher  # it styles drawings only by what stands inside them

    text = page.read_text(encoding="utf-8")
    drawn = text.replace("</desc>", f"</desc><style>{source('charts.css').replace('svg ', '')}</style>")
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # what it does not know of a style sheet is for screens
    nothing = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    paper = page.with_suffix(".pdf")
    HTML(string=drawn, url_fetcher=nothing).write_pdf(paper, pdf_identifier=b"attrition")
    return paper


if __name__ == "__main__":
    gc.disable()  # nearly all of a document lives until its end: looking for what does not takes a fifth of the time
    for path in map(Path, sys.argv[1:]):
        write_pdf(path)
        gc.collect()
