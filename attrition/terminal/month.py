"""Commands of every month: score, report, explain one agent, plan a budget, what-if, and the scoring service."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from attrition.errors import UserError
from attrition.terminal import console
from attrition.terminal.command import (
    HERE,
    MONTH,
    Agent,
    Folder,
    Language,
    Month,
    languages,
    month,
    out,
    show,
    show_caveat,
    show_naming,
    steps,
)

FROM = typer.Option(
    "--from", parser=month, metavar="YYYY-MM", help="First of past months, each as it would have been known then."
)
TO = typer.Option("--to", parser=month, metavar="YYYY-MM", help="Last of past months.")


def score(as_of: Month, workspace: Folder = HERE) -> None:
    """Score the agents at risk at the end of a month by the model in use, with drivers and recommendations.

    Leaves runs/<as_of>/: scores, drivers, driver_views, recommendations, survival, expected_leavers, quality and
    treated.

    For example:

        attrition score --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        products = pipeline.score(workspace, as_of, progress=progress)
    show_caveat(workspace)
    show_naming(workspace)
    console.show_products(out, products, f"attrition monthly --as-of {as_of:%Y-%m}")


def monthly(
    as_of: Annotated[date | None, MONTH] = None,
    first: Annotated[date | None, FROM] = None,
    last: Annotated[date | None, TO] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the report; else as in monthly.toml.")] = None,
    workspace: Folder = HERE,
) -> None:
    """Score the month and write the report: an edition each for HR director, HR partner and team leaders.

    Reads pipelines/monthly.toml; leaves runs/<as_of>/ and reports/. Running a month again gives the same month. With
    --from and --to, past months: each by a model fitted on what was known then; stopped, it continues where it was.

    For example:

        attrition monthly --as-of 2026-10

        attrition monthly --as-of 2026-10 --lang zh

        attrition monthly --from 2025-11 --to 2026-10
    """
    if (as_of is None) == (first is None) or (first is None) != (last is None):
        raise typer.BadParameter("give one month (--as-of), or the first and the last of several (--from, --to)")
    langs = languages(lang)
    with steps() as (pipeline, progress):
        if as_of is not None:
            products = pipeline.monthly(workspace, as_of, langs=langs, progress=progress)
        else:
            products = pipeline.replay(workspace, first, last, langs=langs, progress=progress)
    show_caveat(workspace)
    show_naming(workspace)
    console.show_products(out, products, "read the report; a person decides, not the score")


def explain(
    agent: Agent,
    as_of: Month,
    workspace: Folder = HERE,
    lang: Annotated[Language | None, typer.Option(help="Language of the page; else as in monthly.toml.")] = None,
) -> None:
    """Write all that an issued month holds about one agent: estimates, their drivers, offers, what was done.

    For the HR partner before a talk. The page holds one person's data: delete it when the talk is over.

    For example:

        attrition explain 0012345 --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        products = pipeline.explain(workspace, agent, as_of, langs=languages(lang), progress=progress)
    show_caveat(workspace)
    console.show_products(out, products, "talk first; nothing is decided by a score")


def plan(
    as_of: Month,
    budget: Annotated[float, typer.Option(help="Most it may cost, in the site's currency.")],
    workspace: Folder = HERE,
) -> None:
    """Choose which interventions for whom are expected to save most within a budget, with the interval of the saving.

    The month must have been scored. Reads pipelines/plan.toml and models/playbook.toml; leaves runs/<as_of>/plan/.

    For example:

        attrition plan --budget 200000 --as-of 2026-10
    """
    from attrition.predict.plan_page import plan_lines

    with steps() as (pipeline, progress):
        products = pipeline.plan(workspace, as_of, budget=budget, progress=progress)
    show(["", *plan_lines(json.loads(products[0].read_text(encoding="utf-8"))), ""])
    show_caveat(workspace)
    show_naming(workspace)
    console.show_products(out, products, "talk it over with those who know the agents; a person decides each offer")


def what_if(
    agent: Agent,
    as_of: Month,
    changes: Annotated[
        list[str], typer.Option("--set", metavar="FACT=VALUE", help="A fact and its value; may be repeated.")
    ],
    workspace: Folder = HERE,
) -> None:
    """Show the risk of one agent with a changed fact, such as their pay; everybody else is unchanged.

    The fact is written into the tables as they were known then, and every feature that depends on it is rebuilt.
    A share of shifts (night_share, changed_share) stands for a roster of the last three months.
    It shows what the model expects, not what a raise or a roster would cause: that is for a pilot.
    It answers only changes that are better for the agent; how far something could be cut it does not say.

    For example:

        attrition what-if 0012345 --as-of 2026-10 --set base_pay=5200
    """
    from attrition.predict.facts import reading_notes
    from attrition.steps.what_if import WhatIfRequest
    from attrition.terminal.what_if_lines import what_if_lines

    facts = dict(_pair(text) for text in changes)
    with steps() as (pipeline, progress):
        result = pipeline.what_if(workspace, WhatIfRequest(agent, as_of, facts), progress=progress)
    show(["", *what_if_lines(result), *reading_notes(facts), ""])
    show_caveat(workspace)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default only this machine can connect.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Name of the service that a proxy in front passes on, as in its Host header."),
    ] = None,
    workspace: Folder = HERE,
) -> None:
    """Answer plain JSON with risks, bands and drivers from the model in use, until stopped by Ctrl-C.

    For example:

        attrition serve --port 8000

        attrition serve --name scores.example.com
    """
    from attrition import pipeline

    show_caveat(workspace)
    pipeline.serve(workspace, host=host, port=port, names=name or ())


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UserError('"{text}" is not a fact with its value; write it like base_pay=5200', text=text)
    return name.strip(), value.strip()
