"""What a person sees in the terminal: steps as they happen, faults as one page, products and what to do next."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from attrition.errors import AttritionError, DataError

if TYPE_CHECKING:
    from attrition.data.faults import Fault

STOPPED = 130
PACKAGE = Path(__file__).parent
Progress = Callable[[str], None]
"""Called with what is about to be done: "reading the tables"."""


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
            said, since = running.pop()
            out.print(f"  {said}  [dim]{time.monotonic() - since:.1f} s[/dim]", highlight=False)

    with out.status("starting") as status:

        def begin(said: str) -> None:
            end()
            running.append((said, time.monotonic()))
            status.update(f"{said} ...")

        yield begin
        end()


def fault_lines(faults: Sequence[Fault]) -> list[str]:
    """Write every fault on one page: per file and table, the column, the rule, how many rows, and what to do."""
    lines: list[str] = []
    for (file, table), group in groupby(sorted(faults, key=_place), key=lambda fault: (fault.file, fault.table)):
        lines += ["", f"{table}  ({file})" if file else table]
        for fault in group:
            lines.append(f"  {fault.column or 'whole table'}: {fault.rule}{_rows(fault.rows)}")
            if fault.advice:
                lines.append(f"      {fault.advice}")
    return lines


def left(out: Console, products: Iterable[Path], then: str) -> None:
    """Say where the products are and what comes next."""
    for product in products:
        out.print(f"left in  {_near(product)}", highlight=False, soft_wrap=True, markup=False)
    out.print(f"next     {then}", highlight=False, soft_wrap=True, markup=False)


def wrong(error: BaseException) -> tuple[list[str], str, int]:
    """Put what went wrong into words: a page of faults where there are any, one line, and the exit code.

    Parameters
    ----------
    error : BaseException
        A failure of ours is named by kind and place only, since its message may hold a row's content.

    Examples
    --------
    >>> from attrition.errors import NotMadeYet
    >>> wrong(NotMadeYet("the panel", "attrition panel"))
    ([], 'the panel is not there yet; `attrition panel` makes it', 2)
    >>> wrong(ValueError("agent 00123 earns 4100"))[1:]
    ('something failed inside attrition: ValueError in an unknown place; please report this line', 1)
    """
    if isinstance(error, KeyboardInterrupt):
        return [], "stopped; nothing half-done is left, products appear only when they are complete", STOPPED
    if isinstance(error, DataError) and error.faults:
        return fault_lines(error.faults), str(error).splitlines()[0].rstrip(":"), error.exit_code
    if isinstance(error, AttritionError):
        return [], str(error), error.exit_code
    if isinstance(error, OSError) and error.strerror:
        return [], f"the machine said: {error.strerror} ({error.filename or 'no file named'})", 1
    return [], f"something failed inside attrition: {_inside(error)}; please report this line", 1


def _inside(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    place = f"{Path(ours[-1].filename).relative_to(PACKAGE)}, line {ours[-1].lineno}" if ours else "an unknown place"
    return f"{type(error).__name__} in {place}"


def _place(fault: Fault) -> tuple[str, str, str]:
    return (fault.table or "", fault.file or "", fault.column or "")


def _rows(rows: int | None) -> str:
    return "" if not rows else f" ({rows:,} {'row' if rows == 1 else 'rows'})"


def _near(path: Path) -> Path:
    """Shorten a path below the current folder."""
    path = path.resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
