"""Commands about the rights of one person: a copy of what is held, erasure, and the objection to being scored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.command import HERE, Agent, Command, Folder, out, show, steps
from attrition.terminal.help import Group

if TYPE_CHECKING:
    from attrition.steps.person_request import PersonRequest

By = Annotated[str, typer.Option("--by", help="Who took the request in; recorded.")]
Reason = Annotated[str, typer.Option("--reason", help="What it says; recorded, sealed.")]

app = typer.Typer(name="person", cls=Group, no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def person() -> None:
    """What one person may ask for: a copy of what is held about them, erasure, and not to be scored.

    Each request goes on record (`attrition audit show`), sealed with a key of that person.

    For example:

        attrition person export 0012345

        attrition person object 0012345 --by "Li Na"
    """


@app.command(cls=Command)
def export(agent: Agent, by: By = "", reason: Reason = "", workspace: Folder = HERE) -> None:
    """Write everything that is held about one person, for that person: a page, explanations, and JSON.

    Leaves people/exports/<person>/: hand it over, then delete it. It holds nobody else's data. The site's own exports
    and backups are not part of it.

    For example:

        attrition person export 0012345 --by "Li Na" --reason "letter of 3 November"
    """
    with steps() as (pipeline, progress):
        products = pipeline.export_person(workspace, _request(agent, by, reason), progress=progress)
    console.show_products(out, products, "hand it to the person, then delete the folder")


@app.command(cls=Command)
def erase(agent: Agent, by: By = "", reason: Reason = "", workspace: Folder = HERE) -> None:
    """Erase a person from everything the workspace holds; the next panel does not bring them back.

    Reaches panel, months, backtest, reports (written again, or their editions with people blanked), pilots, exports
    for them, and the way back from their pseudonym. It says which models had learnt from them, and what lies outside.
    Interrupted, run it again. It cannot be undone.

    For example:

        attrition person erase 0012345 --by "Li Na" --reason "letter of 3 November"
    """
    from attrition.steps.erasure import erasure_lines

    with steps() as (pipeline, progress):
        erasure = pipeline.erase_person(workspace, _request(agent, by, reason), progress=progress)
    show(["", *erasure_lines(erasure), ""])
    has_learnt = Message("`attrition retrain` makes a version that has not learnt from them")
    console.show_products(out, [], has_learnt if erasure.models else Message("nothing is left to do"))


@app.command("object", cls=Command)
def object_to_scoring(agent: Agent, by: By = "", reason: Reason = "", workspace: Folder = HERE) -> None:
    """Keep that a person objects to being scored: no score, list, plan or pilot names them from now on.

    They stand among the scores as "objected to being scored", and count in group numbers at the mean of their group.
    Score the current month again, so that it leaves them out.

    For example:

        attrition person object 0012345 --by "Li Na" --reason "letter of 3 November"
    """
    from attrition import pipeline

    since = pipeline.object_to_scoring(workspace, _request(agent, by, reason))
    show(
        [
            Message(
                "the objection stands since {since:%Y-%m-%d}; the next `attrition monthly` leaves them out", since=since
            )
        ]
    )


@app.command(cls=Command)
def withdraw(agent: Agent, by: By = "", reason: Reason = "", workspace: Folder = HERE) -> None:
    """Withdraw the objection of a person, at their wish: the next month scores them again.

    For example:

        attrition person withdraw 0012345 --by "Li Na" --reason "their letter of 3 December"
    """
    from attrition import pipeline

    pipeline.withdraw_objection(workspace, _request(agent, by, reason))
    show([Message("the objection is withdrawn; the next `attrition monthly` scores them again")])


def _request(agent: str, by: str, reason: str) -> PersonRequest:
    from attrition.steps.person_request import PersonRequest

    return PersonRequest(agent, datetime.now(UTC), by, reason)
