"""The command that finds out what a folder of exports holds, and asks in plain words what files cannot say."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrition.data.phrase import in_language
from attrition.message import Message, counted, joined
from attrition.terminal import console
from attrition.terminal.command import HERE, Folder, out, show, steps
from attrition.terminal.language import spoken, translated

if TYPE_CHECKING:
    from attrition.data.guess.draft import Draft
    from attrition.data.guess.questions import Change, Question
    from attrition.data.terms import Language
    from attrition.steps.folder_map import FolderMap

_OPEN = 2
"""The exit code while a question is open."""


def map_folder(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder your exports are in.")],
    workspace: Folder = HERE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; open questions stay in the file.")] = False,
    workbook: Annotated[
        Path | None,
        typer.Option(help="An Excel workbook to answer in: written when it is not there, else read and written again."),
    ] = None,
) -> None:
    """Find out which table and column each export is, and write pipelines/sources.toml.

    Asks in plain words what files cannot say, the likely answer first. Without a terminal, or with --yes, open
    questions stay in the file as remarks, and the exit code is 2 while there is one. Run again, it keeps what the file
    says and proposes only what changed: new columns, new words, sheets and files that came or went.

    For example:

        attrition map exports

        attrition map exports --workbook map.xlsx
    """
    with steps() as (pipeline, progress):
        mapped = pipeline.look_at_folder(workspace, folder, speaks=spoken(), progress=progress)
    show(["", *_overview(mapped)])
    if workbook is not None:
        mapped = pipeline.map_by_workbook(mapped, workbook)
    else:
        mapped = pipeline.map_by_questions(mapped, _leave_open if yes or not sys.stdin.isatty() else _ask)
    _show_end(mapped, folder, workbook)
    if mapped.draft.questions:
        raise typer.Exit(_OPEN)


def _overview(mapped: FolderMap) -> list[str]:
    """Return what each file is, what changed since it was declared, and which files are no table."""
    draft = mapped.draft
    lines = [
        _table_line(profile.table, str(profile.keys["path"]), len(profile.confidence)) for profile in draft.profiles
    ]
    return [
        *lines,
        *_site_lines(draft.guessed_site),
        *console.section(Message("changed since the last time"), draft.changes),
        *console.section(Message("no table"), draft.not_placed),
        "",
    ]


def _site_lines(site: Mapping[str, Any]) -> list[str]:
    """Return the line that asks to look at what was guessed of the site; nothing where it was declared before."""
    if not site:
        return []
    guess = Message(
        "guessed from the language of the headings: time zone {time_zone}, currency {currency}; correct them under "
        "[site] where they are wrong",
        time_zone=site["time_zone"],
        currency=site["currency"],
    )
    return ["", "  " + guess]


def _table_line(table: str, path: str, columns: int) -> str:
    return joined("", (f"  {table:<18}", counted("{count} column", "{count} columns", columns), f"  {path}"))


def _leave_open(question: Question, language: Language) -> Sequence[Change] | None:
    """Answer nothing."""
    return None


def _ask(question: Question, language: Language) -> Sequence[Change] | None:
    """Ask on the terminal: a number chooses, Enter takes the first, s leaves it open."""
    from rich.prompt import Prompt

    show([in_language(question.text, language)])
    if question.evidence:
        show([f"    ({in_language(question.evidence, language)})"])
    for number, option in enumerate(question.options, start=1):
        show([f"    {number}  {in_language(option.label, language)}"])
    numbers = [str(number) for number in range(1, len(question.options) + 1)]
    hint = Message("number, or s to leave it open")
    if question.days:
        hint = Message("number of a line, d and a number of days such as d5, or s to leave it open")
    while True:
        answer = Prompt.ask(f"  {translated(hint)}", default="1", console=out).strip().lower()
        if answer == "s":
            return None
        if answer in numbers:
            return question.options[int(answer) - 1].changes
        if question.days and answer.removeprefix("d").isdigit():
            return days_changes(question, int(answer.removeprefix("d")))


def days_changes(question: Question, days: int) -> Sequence[Change]:
    """Return what a number of days writes."""
    from attrition.data.guess.questions import days_answer

    return days_answer(question, days)


def _show_end(mapped: FolderMap, folder: Path, workbook: Path | None) -> None:
    """Say what is still open, where the declaration is, and what to do next."""
    draft: Draft = mapped.draft
    count = len(draft.questions)
    texts = [in_language(question.text, draft.language) for question in draft.questions]
    show(console.section(counted("{count} question is open", "{count} questions are open", count), texts))
    products = [mapped.sources, *([workbook] if workbook is not None else [])]
    step: str = "attrition check"
    if count and workbook is not None:
        step = Message("choose the answers in {workbook}, save it, and run the same command again", workbook=workbook)
    elif count:
        step = Message("attrition map {folder} on a terminal, or with --workbook map.xlsx for Excel", folder=folder)
    console.show_products(out, products, step)
