"""Render HTML pages to PDF files with WeasyPrint: A4 paper, all fonts embedded, several processes at once."""

from __future__ import annotations

import errno
import gc
import logging
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache, lru_cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Self

from attrition.data.atomic import atomic_file
from attrition.message import Message
from attrition.report.template_files import template_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

PROCESS_COUNT = 2
"""Number of processes that render a report at the same time. Each uses one core and, for a centre of thousands of
agents, some hundred megabytes of memory."""

WORKER_COMMAND = [sys.executable, "-P", "-X", "utf8", "-m", "attrition.report.pdf"]
"""Command of one rendering process. With ``-P`` Python imports no module from the working directory, where a user may
keep a file called ``logging.py``; with ``-X utf8`` it reads paths as UTF-8 whatever the locale."""

SCRIPT = re.compile("<script>.*?</script>", re.DOTALL)
MAX_STYLE_SHEETS = 4
"""Number of style sheets that stay parsed: editions in two languages have few, which differ by the foot of a page."""

PANGO_MISSING_EXIT_CODE = 3
REFUSED_EXIT_CODE = 100
"""With the number of the operating system's error added, the exit code of a process to which it refused something."""

PANGO_MISSING_MESSAGE = Message(
    "no PDF is written: WeasyPrint finds no Pango on this machine (Debian: apt-get install libpangoft2-1.0-0)"
)


@cache
def can_render_pdf() -> bool:
    """Return whether this machine can render PDFs: WeasyPrint needs the system's Pango library to lay out text."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


class PdfRenderer:
    """Renders HTML files to PDF in separate processes while the caller writes further files.

    Used as a context manager: entering it starts the processes, leaving it waits until they have rendered every
    submitted file. WeasyPrint is written in Python, so threads would share one core; processes use several, and the
    memory of each is freed when it ends.

    Parameters
    ----------
    on_unavailable : callable
        Called with `PANGO_MISSING_MESSAGE` on leaving, where this machine cannot render; no PDF is written then.
    processes : int
        How many render at the same time.

    Raises
    ------
    OSError
        On leaving: the operating system refused something: the disk is full, or a submitted file is not there.
    subprocess.CalledProcessError
        On leaving: a process failed otherwise.
    """

    def __init__(self, on_unavailable: Callable[[str], None], *, processes: int = PROCESS_COUNT) -> None:
        self._on_unavailable = on_unavailable
        self._count = processes
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        """Start the processes."""
        self._processes = [_start_process() for _ in range(self._count)]
        self._next_process = cycle(self._processes)
        return self

    def submit(self, html_path: Path) -> None:
        """Queue one HTML file for rendering and return at once; the processes take turns.

        The PDF is written beside the HTML file. Pages hold everything they need, so nothing they link to is fetched.
        """
        process = next(self._next_process)
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # a process that has died is reported on leaving, by its exit code
            process.stdin.write(f"{html_path}\n")
            process.stdin.flush()

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Wait for the processes; where the caller has raised an error, stop them at once instead."""
        if error_type is not None:
            for process in self._processes:
                process.kill()
        exit_codes = [_wait_for(process) for process in self._processes]
        if error_type is not None:
            return
        failures = [code for code in exit_codes if code != 0]
        if PANGO_MISSING_EXIT_CODE in failures:
            self._on_unavailable(PANGO_MISSING_MESSAGE)
        elif failures and failures[0] > REFUSED_EXIT_CODE:
            number = failures[0] - REFUSED_EXIT_CODE
            raise OSError(number, os.strerror(number), "reports")
        elif failures:
            raise subprocess.CalledProcessError(failures[0], WORKER_COMMAND)


def _start_process() -> subprocess.Popen[str]:
    return subprocess.Popen(WORKER_COMMAND, stdin=subprocess.PIPE, text=True, encoding="utf-8")


def _wait_for(process: subprocess.Popen[str]) -> int:
    """Close the queue of a process, wait until it has rendered what is in it, and return its exit code."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    return process.wait()


def write_pdf(html_path: Path) -> Path:
    """Render one HTML file to a PDF beside it, which appears whole, and return the path of the PDF.

    Raises
    ------
    weasyprint.urls.FatalURLFetchingError
        The page links to a picture or style sheet that is not inside it.
    """
    from weasyprint import HTML, URLFetcher

    html, style = _without_style(html_path.read_text(encoding="utf-8"))
    # WeasyPrint ignores the page's style sheet inside inline SVG, so the chart styles are copied into each SVG.
    chart_style = f"<style>{template_text('charts.css')}</style>"
    styled_html = html.replace("</desc>", f"</desc>{chart_style}")
    # WeasyPrint warns of every rule for screens in the style sheet that it does not know.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    data_urls_only = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    pdf_path = html_path.with_suffix(".pdf")
    # A PDF file should have an identifier; it is fixed, so that the same page gives the same bytes.
    with atomic_file(pdf_path) as part:
        HTML(string=styled_html, url_fetcher=data_urls_only).write_pdf(
            part, stylesheets=[_style_sheet(style)], font_config=_fonts(), pdf_identifier=b"attrition"
        )
    return pdf_path


def _without_style(html: str) -> tuple[str, str]:
    """Return a page without its style sheet and scripts, and the style sheet."""
    before, _, rest = html.partition("<style>")
    style, _, after = rest.partition("</style>")
    return SCRIPT.sub("", before + after), style


@lru_cache(maxsize=MAX_STYLE_SHEETS)
def _style_sheet(style: str) -> CSS:
    """Return a parsed style sheet, which many pages share; parsing it takes as long as a third of a short page."""
    from weasyprint import CSS

    return CSS(string=style)


@cache
def _fonts() -> FontConfiguration:
    """Return the fonts of this machine, looked up once for all pages of a process."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _run_worker() -> int:
    """Render the files named on standard input, one a line, until it is closed, and return the exit code.

    Ctrl-C is ignored here: the parent process receives it too and kills this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not can_render_pdf():
        sys.stdin.read()  # empty the queue, so that the parent can write all of it
        return PANGO_MISSING_EXIT_CODE
    # Almost all objects live until their document is finished. Automatic garbage collection visited them again and
    # again, which took a fifth of the time, so it runs once per file, and leaves out what was there before any file.
    gc.disable()
    _fonts()
    gc.freeze()
    for line in sys.stdin:
        try:
            write_pdf(Path(line.rstrip("\n")))
        except OSError as error:  # such as a full disk; its traceback would show text of the page
            return REFUSED_EXIT_CODE + (error.errno or errno.EIO)
        gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(_run_worker())
