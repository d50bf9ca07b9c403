"""Commands about a site's own data: check the tables, show how long people stay, build the panel."""

from __future__ import annotations

from typing import Annotated

import typer

from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.check_lines import check_lines
from attrition.terminal.command import HERE, Folder, out, show, show_naming, steps, what_next

Anew = Annotated[bool, typer.Option("--anew", help="Build every month anew, also those in which nothing changed.")]


def check(workspace: Folder = HERE) -> None:
    """Check every table against the contract; list every fault of every table at once.

    Reads pipelines/sources.toml and pipelines/check.toml. Leaves runs/check.html, which says in the site's language
    what to change, and runs/check.xlsx with the rows; also where a fault stops everything, which is exit code 2.

    For example:

        attrition check

        attrition check --workspace centre
    """
    with steps() as (pipeline, progress):
        result = pipeline.check(workspace, progress=progress)
    show(check_lines(result))
    show_naming(workspace)
    console.show_products(out, result.products, what_next(workspace, result.history))


def life_table(workspace: Folder = HERE) -> None:
    """Show how long people stay, by tenure, site and unit, from hires and exits alone; for a list of people.

    Reads pipelines/sources.toml; needs hires and exits, and no history. Leaves runs/life_table.html and
    runs/life_table.xlsx: groups only, and nothing about who will leave.

    For example:

        attrition life-table
    """
    with steps() as (pipeline, progress):
        products = pipeline.life_table(workspace, progress=progress)
    show_naming(workspace)
    console.show_products(
        out, products, Message("open {page}; it says what to ask HR for to get further", page=products[0])
    )


def panel(workspace: Folder = HERE, anew: Anew = False) -> None:
    """Build the panel: one row per agent and month, every feature as known then, and what happened next.

    Reads pipelines/sources.toml and panel.toml; leaves runs/panel.parquet. The commands below build it when it is
    missing or out of date. Months in which nothing changed are kept from the panel that is there.

    For example:

        attrition panel

        attrition panel --anew
    """
    with steps() as (pipeline, progress):
        products = pipeline.panel(workspace, anew=anew, progress=progress)
    show_naming(workspace)
    console.show_products(out, products, what_next(workspace))
