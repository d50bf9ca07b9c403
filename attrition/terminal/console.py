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
from attrition.terminal.fault_lines import fault_lines
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
            out.print(f"  {step}  [dim]{time.monotonic() - since:.1f} s[/dim]", highlight=False)

    with out.status("starting") as status:

        def begin(step: str) -> None:
            end()
            running.append((step, time.monotonic()))
            status.update(f"{step} ...")

        yield begin
        end()


def show_products(out: Console, products: Iterable[Path], next_step: str) -> None:
    """Print where the products are and what to do next."""
    for product in products:
        out.print(f"left in  {_relative(product)}", highlight=False, soft_wrap=True, markup=False)
    out.print(f"next     {next_step}", highlight=False, soft_wrap=True, markup=False)


def describe_error(error: BaseException) -> tuple[list[str], str, int]:
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
        return [], "stopped; nothing half-done is left, products appear only when they are complete", STOPPED
    if isinstance(error, DataError) and error.faults:
        return (
            fault_lines(error.faults, language=error.language),
            str(error).splitlines()[0].rstrip(":"),
            error.exit_code,
        )
    if isinstance(error, AttritionError):
        return [], str(error), error.exit_code
    if sentence := machine_sentence(error):
        return [], sentence, UserError.exit_code
    if isinstance(error, OSError) and error.strerror:
        return [], f"the operating system reports: {error.strerror} ({error.filename or 'no file named'})", 1
    return [], f"something failed inside attrition: {_inside(error)}; please report this line", 1


def _inside(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    place = f"{Path(own[-1].filename).relative_to(PACKAGE)}, line {own[-1].lineno}" if own else "an unknown place"
    return f"{type(error).__name__} in {place}"


def count_of_rows(rows: int | None) -> str:
    """Return a number of rows in brackets; empty where there is none."""
    return "" if not rows else f" ({rows:,} {'row' if rows == 1 else 'rows'})"


def _relative(path: Path) -> Path:
    """Return a path in the current folder relative to it, and any other as it is."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def section(title: str, lines: Iterable[str]) -> list[str]:
    """Return a title above indented lines; empty where there are no lines."""
    indented = [f"  {line}" for line in lines]
    return ["", title, *indented] if indented else []
