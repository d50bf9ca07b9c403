"""Commands about pseudonyms: give them to a workspace of an earlier version, take them back, change the key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.command import HERE, Command, Folder, out, show, steps, what_next
from attrition.terminal.help import Group

if TYPE_CHECKING:
    from attrition.data.people.name_change import Change

app = typer.Typer(name="pseudonyms", cls=Group, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def pseudonyms() -> None:
    """Call people by pseudonyms in every product, by staff numbers again, or by pseudonyms of a new key.

    A new workspace has them. The key is people/key, or in the variable ATTRITION_PEOPLE_KEY; keep a copy elsewhere.

    For example:

        attrition pseudonyms on

        attrition pseudonyms rotate
    """


@app.command(cls=Command)
def on(workspace: Folder = HERE) -> None:
    """Give pseudonyms to a workspace that held staff numbers: rewrite or remove every product that names people.

    For example:

        attrition pseudonyms on
    """
    _change(workspace, "on")


@app.command(cls=Command)
def off(workspace: Folder = HERE) -> None:
    """Call people by staff numbers again, in every product; each then says so.

    For example:

        attrition pseudonyms off
    """
    _change(workspace, "off")


@app.command(cls=Command)
def rotate(workspace: Folder = HERE) -> None:
    """Make a new key, and change every pseudonym to it; where the old key is lost, too.

    With the key in the environment, put the new one into ATTRITION_PEOPLE_NEXT_KEY first.

    For example:

        attrition pseudonyms rotate
    """
    _change(workspace, "rotate")


def _change(workspace: Path, change: Change) -> None:
    with steps() as (pipeline, progress):
        handled = pipeline.change_pseudonyms(workspace, change, progress=progress)
    show([Message("{product}: {what}", product=item.product, what=item.what) for item in handled])
    console.show_products(out, [], what_next(workspace))
