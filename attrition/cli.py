"""The commands: each calls one function of `attrition.pipeline` and says where its products are and what comes next."""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from attrition import __version__
from attrition import workspace as workspaces
from attrition.terminal import console, models
from attrition.terminal.command import HERE, MONTH, Command, Folder, Month, month, out, show, steps
from attrition.terminal.explain import explain
from attrition.terminal.pilot import pilot
from attrition.terminal.plan import plan
from attrition.terminal.what_if import what_if


class Language(StrEnum):
    """The languages a report is written in."""

    en = "en"
    zh = "zh"
    both = "both"


app = typer.Typer(
    name="attrition",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


app.add_typer(models.app, name="models", rich_help_panel="The model")
app.add_typer(pilot, rich_help_panel="What works here")
app.command("what-if", cls=Command, rich_help_panel="Every month")(what_if)


def _version(asked: bool) -> None:
    if asked:
        out.print(f"attrition {__version__}")
        raise typer.Exit


@app.callback()
def attrition(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Which call-centre agents are likely to resign, why, and what would help.

    Start with [bold]attrition demo[/bold], or with [bold]attrition init[/bold] for your own data.
    Exit codes: 0 done, 1 something of ours failed, 2 something you can mend, 130 stopped.
    """


@app.command(cls=Command, rich_help_panel="Start")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new workspace; files already there are kept.")],
    data: Annotated[
        Path | None,
        typer.Option(help="A folder of exports named after the tables (agents.csv, exits.parquet, ...)."),
    ] = None,
) -> None:
    """Make a workspace: declarations to edit, and a README that says what to do next.

    For example:

        attrition init centre

        attrition init centre --data exports
    """
    written = workspaces.lay(folder, data)
    out.print(
        f"{len(written)} files laid into {folder}" if written else f"{folder} had every file already; none changed"
    )
    edit = "" if data else f"edit {folder / workspaces.SOURCES}, then "
    console.left(out, [folder], f"{edit}cd {folder} && attrition check")


@app.command(cls=Command, rich_help_panel="Start")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the demonstration.")] = Path("demo"),
    agents: Annotated[int, typer.Option(min=100, help="Agents at work at a time.")] = 1200,
    months: Annotated[int, typer.Option(min=24, help="Months of history.")] = 48,
    seed: Annotated[int, typer.Option(help="Same seed, same centre.")] = 1,
) -> None:
    """Draw up a synthetic call centre and take it from raw tables to a report.

    For example:

        attrition demo

        attrition demo small --agents 300 --months 36
    """
    workspaces.require_demonstration(folder)
    with steps() as (pipeline, progress):
        products = pipeline.demo(folder, agents=agents, months=months, seed=seed, progress=progress)
    console.left(
        out, products, f"open the report; then `attrition init DIR` for your own data ({folder} can be deleted)"
    )


@app.command(cls=Command, rich_help_panel="Your data")
def check(workspace: Folder = HERE) -> None:
    """Check every table against the contract; list every fault of every table at once.

    Reads pipelines/sources.toml and pipelines/check.toml. Exit code 2 when there are faults.

    For example:

        attrition check

        attrition check --workspace centre
    """
    with steps() as (pipeline, progress):
        found = pipeline.check(workspace, progress=progress)
    show(console.found_lines(found))
    console.left(out, found.products, "attrition backtest, or attrition retrain")


@app.command(cls=Command, rich_help_panel="Your data")
def panel(workspace: Folder = HERE) -> None:
    """Make the panel: one row per agent and month, every feature as known then, and what happened next.

    Reads pipelines/sources.toml and panel.toml; leaves runs/panel.parquet. The commands below make it when not fresh.

    For example:

        attrition panel
    """
    with steps() as (pipeline, progress):
        products = pipeline.panel(workspace, progress=progress)
    console.left(out, products, "attrition backtest, or attrition retrain")


@app.command(cls=Command, rich_help_panel="The model")
def backtest(workspace: Folder = HERE) -> None:
    """Score past months by models that knew only what was known then, and say how good they were.

    Reads pipelines/backtest.toml and models/; leaves runs/backtest/.

    For example:

        attrition backtest
    """
    with steps() as (pipeline, progress):
        products = pipeline.backtest(workspace, progress=progress)
    console.left(out, products, "attrition retrain")


@app.command(cls=Command, rich_help_panel="The model")
def retrain(workspace: Folder = HERE) -> None:
    """Make the panel, train, examine, record and register a model; promote it if it meets the bar.

    Reads pipelines/retrain.toml and models/; the record is in mlflow.db. A model that misses the bar is
    registered, and the champion stays.

    For example:

        attrition retrain
    """
    with steps() as (pipeline, progress):
        products = pipeline.retrain(workspace, progress=progress)
    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *console.verdict_lines(verdict), ""])
    then = f"attrition monthly --as-of {_last_month(workspace)}"
    console.left(out, products, then if verdict["promoted"] else f"look at what it missed; {then} uses the champion")


@app.command(cls=Command, rich_help_panel="The model")
def tune(workspace: Folder = HERE) -> None:
    """Look for better settings of the trees on past months, for as many minutes as pipelines/tune.toml says.

    What beats the settings that stand on later months, beyond noise, is proposed in runs/tune/ and never put in place.
    Ctrl-C keeps the finished trials; running it again goes on. Needs the extra "tune".

    For example:

        attrition tune
    """
    try:
        with steps() as (pipeline, progress):
            products = pipeline.tune(workspace, progress=progress)
    except KeyboardInterrupt:
        show(["trials that were finished are kept; `attrition tune` goes on from there"])
        raise
    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *console.tuned_lines(verdict), ""])
    copy = "copy" if os.name == "nt" else "cp"
    adopt = f"{copy} {products[-1]} {workspace / 'models' / products[-1].name} to adopt it, then attrition retrain"
    console.left(out, products, adopt if verdict["is_proposed"] else "attrition retrain")


@app.command(cls=Command, rich_help_panel="Every month")
def score(as_of: Month, workspace: Folder = HERE) -> None:
    """Score the agents at risk at the end of a month by the champion, with drivers and recommendations.

    Leaves runs/<as_of>/: scores, drivers, recommendations, expected_leavers, quality.

    For example:

        attrition score --as-of 2026-10
    """
    with steps() as (pipeline, progress):
        products = pipeline.score(workspace, as_of, progress=progress)
    console.left(out, products, f"attrition monthly --as-of {as_of:%Y-%m}")


@app.command(cls=Command, rich_help_panel="Every month")
def monthly(
    as_of: Annotated[date | None, MONTH] = None,
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            parser=month,
            metavar="YYYY-MM",
            help="First of past months, each as it would have been known then.",
        ),
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=month, metavar="YYYY-MM", help="Last of past months.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the report; else as in monthly.toml.")] = None,
    workspace: Folder = HERE,
) -> None:
    """Score the month and write the report: an edition each for HR director, HR partner and team leaders.

    Reads pipelines/monthly.toml; leaves runs/<as_of>/ and reports/. Running a month again gives the same month. With
    --from and --to, past months: each by a model fitted on what was known then; stopped, it goes on where it was.

    For example:

        attrition monthly --as-of 2026-10

        attrition monthly --as-of 2026-10 --lang zh

        attrition monthly --from 2025-11 --to 2026-10
    """
    langs = None if lang is None else ("en", "zh") if lang is Language.both else (lang.value,)
    if (as_of is None) == (first is None) or (first is None) != (last is None):
        raise typer.BadParameter("give one month (--as-of), or the first and the last of several (--from, --to)")
    with steps() as (pipeline, progress):
        if as_of is not None:
            products = pipeline.monthly(workspace, as_of, langs=langs, progress=progress)
        else:
            products = pipeline.replay(workspace, first, last, langs=langs, progress=progress)
    console.left(out, products, "read the report; whoever acts on it decides, not the score")


@app.command(cls=Command, rich_help_panel="Every month")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; this machine only unless you say otherwise.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workspace: Folder = HERE,
) -> None:
    """Answer plain JSON with risks, bands and drivers from the champion, until stopped by Ctrl-C.

    For example:

        attrition serve --port 8000
    """
    from attrition import pipeline

    pipeline.serve(workspace, host=host, port=port)


app.command(cls=Command, rich_help_panel="Every month")(plan)
app.command(cls=Command, rich_help_panel="Every month")(explain)


def _last_month(workspace: Path) -> str:
    from attrition.runs import Runs

    return str(Runs(workspace).about_panel()["data_ends"])[:7]


def main() -> None:
    """Run the command line; what people's data goes through sends nothing home."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    gc.set_threshold(50_000, 20, 50)  # looking for cycles took a quarter of the composing of queries
    sys.exit(app(prog_name="attrition"))
