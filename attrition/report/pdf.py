"""PDF files from HTML pages: laid out on A4 by WeasyPrint, with all fonts embedded."""

from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Self

from attrition.report.template_files import template_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

WORKERS = 2
"""Processes that render at the same time: each takes a core and, for a centre of thousands, some hundred megabytes."""

WORKER_COMMAND = [sys.executable, "-P", "-X", "utf8", "-m", "attrition.report.pdf"]
"""With ``-P`` no file in the working directory is imported as a module."""

EXIT_NO_PANGO = 3

NO_PANGO = "no PDF is written: WeasyPrint finds no Pango on this machine (Debian: apt-get install libpangoft2-1.0-0)"


@cache
def has_pdf() -> bool:
    """Return whether PDFs can be rendered here: WeasyPrint draws with the system's Pango library."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


class PdfRenderer:
    """Renders HTML files to PDF in processes of its own, while the caller writes the next ones.

    Used as a context manager: entering it starts the processes, leaving it waits for them. Layout is all Python, so
    processes use the other cores; each loads WeasyPrint once and gives its memory back at the end.

    Parameters
    ----------
    on_unavailable : callable
        Called with `NO_PANGO` at the end where this machine cannot render; there are no PDFs then.

    Raises
    ------
    subprocess.CalledProcessError
        On leaving: a file could not be rendered.
    """

    def __init__(self, on_unavailable: Callable[[str], None]) -> None:
        self._on_unavailable = on_unavailable
        self._workers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        """Start the processes."""
        self._workers = [_start_worker() for _ in range(WORKERS)]
        self._turns = cycle(self._workers)
        return self

    def render(self, page: Path) -> None:
        """Pass one HTML file, as from `attrition.report.pages`, to the next process; nothing it links is fetched."""
        worker = next(self._turns)
        assert worker.stdin is not None
        with suppress(BrokenPipeError):  # a process that has died is noticed by its exit code
            worker.stdin.write(f"{page}\n")
            worker.stdin.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for the processes; after an error of the caller, stop them at once."""
        if kind is not None:
            for worker in self._workers:
                worker.kill()
        codes = [_wait_for(worker) for worker in self._workers]
        if kind is not None:
            return
        if EXIT_NO_PANGO in codes:
            self._on_unavailable(NO_PANGO)
        elif any(codes):
            raise subprocess.CalledProcessError(max(codes), WORKER_COMMAND)


def _start_worker() -> subprocess.Popen[str]:
    return subprocess.Popen(WORKER_COMMAND, stdin=subprocess.PIPE, text=True, encoding="utf-8")


def _wait_for(worker: subprocess.Popen[str]) -> int:
    assert worker.stdin is not None
    with suppress(BrokenPipeError):
        worker.stdin.close()
    return worker.wait()


def write_pdf(page: Path) -> Path:
    """Render one HTML file to a PDF beside it, and return its path."""
    from weasyprint import HTML, URLFetcher  # it styles drawings only by what stands inside them

    html = page.read_text(encoding="utf-8")
    chart_style = f"<style>{template_text('charts.css').replace('svg ', '')}</style>"
    styled = html.replace("</desc>", f"</desc>{chart_style}")
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # what it does not know of a style sheet is for screens
    no_fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    path = page.with_suffix(".pdf")
    HTML(string=styled, url_fetcher=no_fetcher).write_pdf(path, pdf_identifier=b"attrition")
    return path


def _work() -> int:
    """Render the files named on the standard input, one a line, until it ends; the parent process handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not has_pdf():
        sys.stdin.read()
        return EXIT_NO_PANGO
    gc.disable()  # nearly all of a document lives until its end: looking for what does not takes a fifth of the time
    for line in sys.stdin:
        write_pdf(Path(line.rstrip("\n")))
        gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(_work())
