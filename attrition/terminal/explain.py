"""The command that writes one agent's page."""

from __future__ import annotations

from typing import Annotated

import typer

from attrition.terminal import console
from attrition.terminal.command import HERE, Folder, Month, out, steps


def explain(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's staff number.")],
    as_of: Month,
    workspace: Folder = HERE,
    lang: Annotated[list[str] | None, typer.Option(help="en or zh; may be repeated. Both where left away.")] = None,
) -> None:
    """Write all that a scored month says of one agent: estimates, what they are made of, offers, what was done.

    For the HR partner before a talk. The page holds one person's data: delete it when the talk is over.

    For example:

        attrition explain 0012345 --as-of 2026-10
    """
    from attrition.steps.explain import explain as write

    with steps() as (_, progress):
        progress("gathering what the month says of the agent")
        products = write(workspace, agent, as_of, langs=lang)
    console.left(out, products, "talk first; nothing is decided by a score")
