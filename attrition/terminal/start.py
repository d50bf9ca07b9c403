"""Commands to start with: a new workspace, or a demonstration on a synthetic centre."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attrition import workspace as workspaces
from attrition.message import Message, joined
from attrition.terminal import console
from attrition.terminal.command import out, steps
from attrition.terminal.language import translated


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new workspace; files already there are kept.")],
    data: Annotated[
        Path | None,
        typer.Option(help="A folder of your exports, looked at as `attrition map` does, or one list of people."),
    ] = None,
) -> None:
    """Make a workspace for your own data: declarations to edit, and a README with the next steps.

    For example:

        attrition init centre

        attrition init centre --data exports

        attrition init centre --data staff.xlsx
    """
    from attrition import pipeline

    written = pipeline.init(folder, data=data)
    none = Message("{folder} had every file already; none changed", folder=folder)
    some = Message("{files} files written into {folder}", files=len(written), folder=folder)
    out.print(translated(some if written else none))
    file = folder / workspaces.SOURCES
    edit = Message("attrition map EXPORTS -w {folder}, or edit {file}; then ", folder=folder, file=file)
    if data is not None:
        is_open = workspaces.has_open_questions(folder)
        edit = Message("answer what is open: attrition map {data} -w {folder}; then ", data=data, folder=folder)
        edit = edit if is_open else Message("")
    console.show_products(out, [folder], joined("", (edit, f"cd {folder} && attrition check")))


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the demonstration.")] = Path("demo"),
    agents: Annotated[int, typer.Option(min=100, help="Agents at work at a time.")] = 1200,
    months: Annotated[int, typer.Option(min=24, help="Months of history.")] = 48,
    seed: Annotated[int, typer.Option(help="Same seed, same centre.")] = 1,
) -> None:
    """Simulate a call centre and take it from raw tables to a report; a few minutes.

    For example:

        attrition demo

        attrition demo small --agents 300 --months 36
    """
    with steps() as (pipeline, progress):
        products = pipeline.demo(folder, agents=agents, months=months, seed=seed, progress=progress)
    next_step = Message(
        "open the report; then `attrition init DIR` for your own data ({folder} can be deleted)", folder=folder
    )
    console.show_products(out, products, next_step)
