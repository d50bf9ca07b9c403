"""The command of a supposition: what the risk of one agent would be had a fact been otherwise."""

from __future__ import annotations

from typing import Annotated

import typer

from attrition.errors import UserError
from attrition.terminal.command import HERE, Folder, Month, show, steps


def what_if(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's staff number.")],
    as_of: Month,
    set_: Annotated[
        list[str], typer.Option("--set", metavar="FACT=VALUE", help="A fact and its value; may be repeated.")
    ],
    workspace: Folder = HERE,
) -> None:
    """Say what the champion would say of an agent had a fact been otherwise; everybody else stays as he is.

    The fact is written into the tables as they were known then, and every feature that follows from it is built anew.
    A share of shifts (night_share, changed_share) is told as if the last three months had been worked by that roster.
    It tells what the model expects, not what a raise or a roster would cause: that is for a pilot.

    For example:

        attrition what-if 0012345 --as-of 2026-10 --set base_pay=5200
    """
    from attrition.predict.facts import reading_notes
    from attrition.steps.what_if import open_month
    from attrition.steps.what_if import what_if as supposed
    from attrition.terminal.what_if_lines import lines

    facts = dict(_pair(text) for text in set_)
    with steps() as (_, progress):
        from attrition.model import registry

        fitted, _version = registry.champion(workspace)
        month = open_month(workspace, as_of, progress=progress)
        progress("building the features anew")
        found = supposed(fitted, month, {agent: facts})
    show(["", *lines(found, month.features), *reading_notes(facts), ""])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UserError(f'"{text}" does not say which fact has which value; write it like base_pay=5200')
    return name.strip(), value.strip()
