"""Commands of a pilot: assign agents at random, and read what happened."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from attrition.data.phrase import Phrase
from attrition.errors import UserError
from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.command import HERE, Command, Folder, Month, day, month, out, show, steps
from attrition.terminal.help import Group

app = typer.Typer(
    name="pilot",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="""Find out whether an intervention works here: assign agents at random, and read what happened.

    For example:

        attrition pilot design leader_coaching --as-of 2026-10 --months 6

        attrition pilot read leader_coaching-2026-10
    """,
)


@app.command(cls=Command)
def design(
    intervention: Annotated[str, typer.Argument(metavar="INTERVENTION", help="An id of models/playbook.toml.")],
    as_of: Month,
    months: Annotated[int, typer.Option(min=1, max=12, help="How long it runs, in months.")] = 6,
    agents: Annotated[int | None, typer.Option(min=4, help="At most so many agents, the riskiest first.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the pilot; else intervention and month.")] = None,
    workspace: Folder = HERE,
) -> None:
    """Assign agents at random to treatment or control, report the statistical power, and preregister the design.

    The month must have been scored. Leaves pilots/NAME/: who is in which arm, the design, and a page that explains it.

    For example:

        attrition pilot design leader_coaching --as-of 2026-10 --months 6
    """
    from attrition.pilot.design_page import POWER_EN, POWER_ZH, power_line
    from attrition.pilot.draw import DesignRequest
    from attrition.pilot.preregistration import DESIGN, checked_name, read_design

    request = DesignRequest(checked_name(name or f"{intervention}-{as_of:%Y-%m}"), as_of, months, agents)
    with steps() as (pipeline, progress):
        products = pipeline.design_pilot(workspace, request, intervention=intervention, progress=progress)
    preregistered = read_design(products[0] / DESIGN)
    size = preregistered.size
    drawn = Message(
        "{agents} agents, {treated} of them assigned to be treated; seal {seal}",
        agents=size.agents,
        treated=size.treated,
        seal=preregistered.seal[:12],
    )
    power = [power_line(preregistered, words).replace("**", "") for words in (POWER_EN, POWER_ZH)]
    show(["", drawn, Phrase(*power), ""])
    next_step = Message(
        "read {page}; when the months have passed, {command}",
        page=_own_page(products[0], "pilot"),
        command=f"attrition pilot read {request.name}",
    )
    console.show_products(out, products, next_step)


@app.command(cls=Command)
def bring(  # noqa: PLR0913 - Typer: one argument per option
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name; its pilot_id in the table of interventions.")],
    intervention: Annotated[str, typer.Option(metavar="KIND", help="What the treated got: an id of the playbook.")],
    start: Annotated[date, typer.Option(parser=day, metavar="YYYY-MM-DD", help="The first day of the trial.")],
    months: Annotated[int, typer.Option(min=1, max=60, help="How long it ran, in months.")],
    file: Annotated[
        Path | None, typer.Option(help="The arms: agent_id, arm (treated, control), and how agents were before.")
    ] = None,
    randomised_by: Annotated[
        str | None, typer.Option(help="Who drew the arms at random, and how; leave out if nobody did.")
    ] = None,
    baseline: Annotated[
        list[str] | None, typer.Option(help="A column of the file to compare and adjust for; else all of them.")
    ] = None,
    workspace: Folder = HERE,
) -> None:
    """Read a trial that was not designed here: balance of its arms, grade, results, and what the playbook learns.

    Needs hires and exits, and no model. The arms come from the table of interventions (pilot_id, arm), or from a file.
    Leaves pilots/NAME/. `pilot read NAME` reads it again when more exits are on file.

    For example:

        attrition pilot bring home-working --intervention hybrid_work --start 2025-12-06 --months 9 --file arms.csv
    """
    from attrition.steps.pilot_arms import TrialRequest

    request = TrialRequest(
        name, intervention, start, months, file=file, randomised_by=randomised_by, baseline=tuple(baseline or ())
    )
    with steps() as (pipeline, progress):
        products = pipeline.bring_pilot(workspace, request, progress=progress)
    reading = json.loads(Path(products[0]).read_text(encoding="utf-8"))
    show(["", Phrase(reading["said"], reading["said_zh"]), ""])
    page = _own_page(products[0].parent, "reading")
    console.show_products(out, products, Message("read {page}; a person decides what follows", page=page))


@app.command(cls=Command)
def read(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The pilot, as it was named by `pilot design`.")
    ] = None,
    observed: Annotated[
        str | None,
        typer.Option(metavar="INTERVENTION", help="Compare agents who received it without assignment; weaker."),
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", parser=month, metavar="YYYY-MM", help="Month to look back from; else the end of the data."
        ),
    ] = None,
    workspace: Folder = HERE,
) -> None:
    """Report what a pilot shows: works, does not, or too early to say; and record its lesson for the playbook.

    Leaves the reading in pilots/NAME/, and pilots/learned.toml when the pilot has ended.

    For example:

        attrition pilot read leader_coaching-2026-10

        attrition pilot read --observed fixed_pattern
    """
    if (name is None) == (observed is None):
        raise UserError(
            "name the pilot to read, or --observed with an intervention that agents received without random assignment"
        )
    with steps() as (pipeline, progress):
        if observed is None:
            products = pipeline.read_pilot(workspace, name, as_of=as_of, progress=progress)
        else:
            products = pipeline.observe(workspace, observed, as_of=as_of, progress=progress)
    reading = json.loads(Path(products[0]).read_text(encoding="utf-8"))
    show(["", Phrase(reading["said"], reading["said_zh"]), ""])
    page = _own_page(products[0].parent, "reading")
    console.show_products(out, products, Message("read {page}; a person decides what follows", page=page))


def _own_page(folder: Path, name: str) -> Phrase:
    """Return the page of a pilot in the terminal's language."""
    return Phrase(str(folder / f"{name}.en.md"), str(folder / f"{name}.zh.md"))
