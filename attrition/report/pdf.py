"""A page on paper: the same HTML, laid out on A4 by WeasyPrint, with the fonts it needs inside."""

from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.report.shipped import source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE = 2
"""Processes laying pages out side by side: each takes a core and, for a centre of thousands, some hundred megabytes."""

WORKER = [sys.executable, "-P", "-X", "utf8", "-m", "attrition.report.pdf"]
"""Nothing in the folder the command happens to run in is taken for a module (``-P``)."""

WITHOUT_PANGO = 3

ABSENT = "no PDF is written: WeasyPrint finds no Pango on this machine (Debian: apt-get install libpangoft2-1.0-0)"


@cache
def has_pdf() -> bool:
    """Whether pages can be laid out here: WeasyPrint draws with the system's Pango library."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


@contextmanager
def press(absent: Callable[[str], None]) -> Iterator[Callable[[Path], None]]:
    """Lay documents out beside themselves while others are still being written, and wait for all of them at the end.

    Layout is all Python: processes of their own use the other cores, load it once, and give its memory back.

    Parameters
    ----------
    absent : callable
        Told at the end where nothing can be laid out on this machine; there are no PDFs then.

    Yields
    ------
    callable
        Hand it the documents, from `attrition.report.pages.page`, one by one; nothing they name is fetched.

    Raises
    ------
    subprocess.CalledProcessError
        A document could not be laid out.
    """
    workers = [subprocess.Popen(WORKER, stdin=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(AT_ONCE)]
    turn = cycle(workers)
    try:
        yield lambda page: _handed(next(turn), f"{page}\n")
    except BaseException:
        for worker in workers:
            worker.kill()
        raise
    finally:
        codes = [_finished(worker) for worker in workers]
    if WITHOUT_PANGO in codes:
        absent(ABSENT)
    elif any(codes):
        raise subprocess.CalledProcessError(max(codes), WORKER)


def _handed(worker: subprocess.Popen[str], line: str) -> None:
    """Write to a worker; one that has died says so by its exit code."""
    assert worker.stdin is not None
    with suppress(BrokenPipeError):
        worker.stdin.write(line)
        worker.stdin.flush()


def _finished(worker: subprocess.Popen[str]) -> int:
    assert worker.stdin is not None
    with suppress(BrokenPipeError):
        worker.stdin.close()
    return worker.wait()


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


def _work() -> int:
    """Lay out the documents named on the standard input, one a line, until it ends; who started it stops it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not has_pdf():
        sys.stdin.read()
        return WITHOUT_PANGO
    gc.disable()  # nearly all of a document lives until its end: looking for what does not takes a fifth of the time
    for line in sys.stdin:
        write_pdf(Path(line.rstrip("\n")))
        gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(_work())
