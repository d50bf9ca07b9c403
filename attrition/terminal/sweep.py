"""The command that removes what is kept longer than declared."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from attrition.message import Message
from attrition.terminal.command import HERE, Folder, show


def sweep(
    is_trial: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Remove products about single people that are kept longer than pipelines/retention.toml declares.

    Pages of agents, partner editions, plans, workbooks of checks, and all rows about agents of old months; tables of
    groups stay, so that reports still compare what was expected with what happened. `attrition monthly` does the
    same at its end.

    For example:

        attrition sweep --dry-run

        attrition sweep
    """
    from attrition import pipeline
    from attrition.steps.retention import in_counts

    today = date.today()
    expired = (pipeline.find_expired if is_trial else pipeline.sweep)(workspace, today=today)
    if not expired:
        show([Message("nothing is kept longer than declared")])
        return
    counts = in_counts(expired)
    show(
        [
            Message("would be removed: {counts}", counts=counts)
            if is_trial
            else Message("removed: {counts}", counts=counts)
        ]
    )
