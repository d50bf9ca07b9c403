"""The commands about registered models: list them, set two side by side, promote one by name, go back to the last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from attrition.terminal import console
from attrition.terminal.command import HERE, Command, Folder, out, show

By = Annotated[str, typer.Option("--by", help="Who decides; goes on record.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words; goes on record.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def models() -> None:
    """List, compare and promote registered models, or go back to the champion before.

    The champion scores; `previous` did before; the challenger is the newest version that missed its bar.

    For example:

        attrition models list

        attrition models rollback --by "Li Na" --reason "risks of new agents look wrong"
    """


@app.command("list", cls=Command)
def list_versions(workspace: Folder = HERE) -> None:
    """Name every registered version, how it stood against its bar, and who decided what about it.

    For example:

        attrition models list
    """
    from attrition.model import aliases

    show(console.version_lines(aliases.versions(workspace), aliases.history(workspace)))


@app.command(cls=Command)
def compare(
    one: Annotated[str, typer.Argument(metavar="VERSION")],
    other: Annotated[str, typer.Argument(metavar="VERSION")],
    workspace: Folder = HERE,
) -> None:
    """Set two versions side by side: what they were made from, their figures, how far their lists agree.

    For example:

        attrition models compare 3 4
    """
    from attrition.steps import promotion

    show(console.comparison_lines(promotion.compared(workspace, one, other)))


@app.command(cls=Command)
def promote(
    version: Annotated[str, typer.Argument(metavar="VERSION")],
    by: By,
    reason: Reason,
    despite: Annotated[
        list[str] | None, typer.Option(help="A check the version missed, word for word; once for each.")
    ] = None,
    workspace: Folder = HERE,
) -> None:
    """Make a version the champion. What it missed of its bar must be named; golden rows must hold.

    For example:

        attrition models promote 4 --by "Li Na" --reason "the new pay scheme is in its data"

        attrition models promote 4 --by "Li Na" --reason "season, see the card" --despite "observed over expected"
    """
    from attrition.steps import promotion

    decision = promotion.Decision(by, reason, datetime.now(UTC))
    change = promotion.promote(workspace, version, decision, despite=despite or ())
    show([console.change_line(change)])
    console.left(out, [], "attrition models list")


@app.command(cls=Command)
def rollback(by: By, reason: Reason, workspace: Folder = HERE) -> None:
    """Go back to the champion before this one; the two change places. Its golden rows must hold.

    For example:

        attrition models rollback --by "Li Na" --reason "risks of new agents look wrong"
    """
    from attrition.steps import promotion

    change = promotion.rollback(workspace, promotion.Decision(by, reason, datetime.now(UTC)))
    show([console.change_line(change)])
    console.left(out, [], "score the month again: attrition monthly")
