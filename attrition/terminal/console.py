"""The terminal itself: steps as they happen, faults as one page, where products are, and what to do next."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from attrition.errors import AttritionError, DataError, UserError
from attrition.message import Message, counted, joined, message
from attrition.terminal.fault_lines import fault_lines
from attrition.terminal.language import translated
from attrition.terminal.log import current_log
from attrition.terminal.machine import machine_sentence

if TYPE_CHECKING:
    from attrition.data.progress import Progress

STOPPED = 130
PACKAGE = Path(__file__).parents[1]


@contextmanager
def steps(out: Console) -> Iterator[Progress]:
    """Show each step while it runs, and leave one line with the seconds it took.

    Parameters
    ----------
    out : Console
        Where to write; the spinner appears only on a terminal.
    """
    running: list[tuple[str, float]] = []

    def end() -> None:
        if running:
            step, since = running.pop()
            seconds = translated(Message("{seconds:.1f} s", seconds=time.monotonic() - since))
            out.print(f"  {step}  [dim]{seconds}[/dim]", highlight=False)

    with out.status(translated("starting")) as status:

        def begin(step: str) -> None:
            end()
            running.append((translated(step), time.monotonic()))
            status.update(f"{running[0][0]} ...")

        yield begin
        end()


def show_products(out: Console, products: Iterable[Path], next_step: str) -> None:
    """Print where the products are and what to do next, in the terminal's language."""
    products = list(products)
    if (log := current_log()) is not None:
        log.products += len(products)
    left = [joined("", (Message("left in  "), str(_relative(product)))) for product in products]
    for line in [*left, joined("", (Message("next     "), message(next_step)))]:
        out.print(translated(line), highlight=False, soft_wrap=True, markup=False)


def describe_error(error: BaseException) -> tuple[list[str], Message, int]:
    """Return a page of faults where there are any, one line that describes the error, and the exit code.

    Parameters
    ----------
    error : BaseException
        An error of the program is named by type and place only, since its message may hold a row's content.

    Examples
    --------
    >>> from attrition.errors import MissingProduct
    >>> describe_error(MissingProduct("the panel", "attrition panel"))
    ([], 'the panel is not there yet; `attrition panel` makes it', 2)
    >>> describe_error(ValueError("agent 00123 earns 4100"))[1:]
    ('something failed inside attrition: ValueError in an unknown place; please report this line', 1)
    """
    if isinstance(error, KeyboardInterrupt):
        stopped = Message("stopped; nothing half-done is left, products appear only when they are complete")
        return [], stopped, STOPPED
    if isinstance(error, AttritionError):
        faults = error.faults if isinstance(error, DataError) else ()
        return fault_lines(faults), error.message, error.exit_code
    if sentence := machine_sentence(error):
        return [], sentence, UserError.exit_code
    if isinstance(error, OSError) and error.strerror:
        file = error.filename or Message("no file named")
        line = Message("the operating system reports: {error} ({file})", error=error.strerror, file=file)
        return [], line, 1
    return [], Message("something failed inside attrition: {error}; please report this line", error=_inside(error)), 1


def _inside(error: BaseException) -> Message:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    place = Message("an unknown place")
    if own:
        file, line = Path(own[-1].filename).relative_to(PACKAGE), own[-1].lineno
        place = Message("{file}, line {line}", file=file, line=line)
    return Message("{error} in {place}", error=type(error).__name__, place=place)


def count_of_rows(rows: int | None) -> Message:
    """Return a number of rows in brackets; empty where there is none."""
    return Message("") if not rows else counted(" ({count:,} row)", " ({count:,} rows)", rows)


def _relative(path: Path) -> Path:
    """Return a path in the current folder relative to it, and any other as it is."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def section(title: str, lines: Iterable[str]) -> list[str]:
    """Return a title above indented lines; empty where there are no lines."""
    indented = [joined("", ("  ", line)) for line in lines]
    return ["", title, *indented] if indented else []
