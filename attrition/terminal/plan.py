"""The command that plans: which interventions for whom, within a budget."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from attrition.predict.plan_page import plan_lines
from attrition.terminal import console
from attrition.terminal.command import HERE, Folder, Month, out, show, steps


def plan(
    as_of: Month,
    budget: Annotated[float, typer.Option(help="Most it may cost, in the site's currency.")],
    workspace: Folder = HERE,
) -> None:
    """Choose which interventions for whom are expected to save most within a budget, and say how sure that is.

    The month must have been scored. Reads pipelines/plan.toml and models/playbook.toml; leaves runs/<as_of>/plan/.

    For example:

        attrition plan --budget 200000 --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        products = pipeline.plan(workspace, as_of, budget=budget, progress=progress)
    show(["", *plan_lines(json.loads(products[0].read_text(encoding="utf-8"))), ""])
    console.left(out, products, "talk it over with those who know the agents; a person decides each offer")
