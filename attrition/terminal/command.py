"""What every command shares: options, progress while it runs, and one line with an exit code for an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperCommand

from attrition import workspace as workspaces
from attrition.data.months import last_day
from attrition.data.people.name_change import unfinished_change
from attrition.data.people.protection import naming_note
from attrition.data.phrase import Phrase
from attrition.data.terms import LANGUAGES
from attrition.errors import UserError
from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.help import Translated
from attrition.terminal.language import translated
from attrition.terminal.log import current_log
from attrition.terminal.logged import logged

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.steps.history import History

TRACEBACK = "ATTRITION_TRACEBACK"
"""When this variable is set, errors are raised with their traceback; for developers, on synthetic data."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Command(Translated, TyperCommand):
    """A command that turns an error into one line and an exit code, without a traceback, which could show data."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command, with a log where one is asked for."""
        with logged(ctx):
            return self._invoke(ctx)

    def _invoke(self, ctx: Any) -> Any:
        """Run the command; exit code 2 or 3 for an error the user can correct, 1 for any other, 130 when stopped."""
        try:
            if "workspace" in ctx.params:
                workspaces.require_workspace(ctx.params["workspace"])
                finish_interrupted(ctx.params["workspace"])
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:
            if os.environ.get(TRACEBACK):
                raise
            error_raised = error
            page, line, code = console.describe_error(error)
        show(page)
        if (log := current_log()) is not None:
            log.error(error_raised, line, code)
        else:
            err.print(f"attrition: {translated(line)}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(code)


class Language(StrEnum):
    """The languages pages are written in."""

    en = "en"
    zh = "zh"
    both = "both"


def languages(chosen: Language | None) -> tuple[str, ...] | None:
    """Return the languages of an option; null where the option was not used.

    Examples
    --------
    >>> languages(Language.both), languages(Language.zh), languages(None)
    (('en', 'zh'), ('zh',), None)
    """
    if chosen is None:
        return None
    return LANGUAGES if chosen is Language.both else (chosen.value,)


def month(text: str) -> date:
    """Parse a month, which is represented by its last day.

    Examples
    --------
    >>> month("2026-10")
    datetime.date(2026, 10, 31)
    """
    try:
        return last_day(text)
    except UserError as error:
        raise typer.BadParameter(translated(error.message)) from None


def day(text: str) -> date:
    """Parse a day.

    Examples
    --------
    >>> day("2026-10-05")
    datetime.date(2026, 10, 5)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong = Message("{text} is not a day; write it like 2026-10-05", text=text)
        raise typer.BadParameter(translated(wrong)) from None


Folder = Annotated[Path, typer.Option("--workspace", "-w", help="The folder that `attrition init` made.")]
MONTH = typer.Option("--as-of", parser=month, metavar="YYYY-MM", help="The month, named by its last day.")
Month = Annotated[date, MONTH]
Agent = Annotated[str, typer.Argument(metavar="AGENT", help="The agent's staff number.")]
HERE = Path()


def finish_interrupted(workspace: Path) -> None:
    """Finish a change of pseudonyms that was killed, before anything reads the workspace, and say so."""
    change = unfinished_change(workspace)
    if change is None:
        return
    with steps() as (pipeline, progress):
        progress("a change of pseudonyms was interrupted; finishing it")
        pipeline.change_pseudonyms(workspace, change, progress=progress)


def show(lines: list[str]) -> None:
    """Print lines in the terminal's language, without markup."""
    for line in lines:
        out.print(translated(line), markup=False, soft_wrap=True)


def show_caveat(workspace: Path) -> None:
    """Print what could not be shown of the model in use; nothing where all was shown."""
    from attrition.steps.model_in_use import caveat_in_use

    try:
        caveat = caveat_in_use(workspace)
    except UserError as error:  # its verdict is gone: what a command shows besides stays
        show([error.message, ""])
        return
    show([Phrase(caveat.en, caveat.zh), ""] if caveat.en else [])


def show_registry(workspace: Path) -> None:
    """Print that the MLflow server does not answer, or what waits for the registry; nothing where nothing is amiss."""
    from attrition.model.aliases import read_state
    from attrition.steps.versions import outage_sentence

    remark = outage_sentence(read_state(workspace))
    show([remark] if remark else [])


def show_naming(workspace: Path) -> None:
    """Print that staff numbers stand in clear, in a workspace without pseudonyms."""
    note = naming_note(workspace)
    show([] if note is None else [note, ""])


def what_next(workspace: Path, history: History | None = None) -> str:
    """Return what comes next in a workspace; the months are those that a command has just read, or of the panel."""
    from attrition.steps.next_step import next_step, read_state

    return next_step(read_state(workspace, history))


@contextmanager
def steps() -> Iterator[tuple[Any, Progress]]:
    """Import the pipeline only when a command runs, and show its steps."""
    from attrition import pipeline

    log = current_log()
    with console.steps(out) if log is None else log.steps() as progress:
        yield pipeline, progress
