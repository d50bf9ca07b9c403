"""The command line: every command in the order of use; each lives in `attrition.terminal` with others of its group."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from attrition import __version__
from attrition.terminal import (
    audit,
    data,
    doctor,
    language,
    log,
    mapping,
    model,
    models,
    monitor,
    month,
    papers,
    person,
    pilot,
    pseudonyms,
    send,
    start,
    sweep,
)
from attrition.terminal.command import Command, out
from attrition.terminal.deprecations import hide_deprecations
from attrition.terminal.help import Group

app = typer.Typer(
    name="attrition",
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Start": (start.demo, start.init, doctor.doctor),
    "Your data": (mapping.map_folder, data.check, data.life_table, data.panel),
    "The model": (model.backtest, model.retrain, model.tune),
    "Every month": (
        month.monthly,
        monitor.monitor,
        month.score,
        month.explain,
        month.plan,
        month.what_if,
        month.serve,
        send.send,
        sweep.sweep,
    ),
}
"""By heading of the help page, in the order of use."""

NAMES = {mapping.map_folder: "map"}
"""Names of commands that are no good names of functions."""
GROUPS = {
    "The model": (models.app,),
    "What works here": (pilot.app,),
    "For those who must agree": (papers.app,),
    "Rights and records": (person.app, pseudonyms.app, audit.app),
}
"""Groups of commands, below the headings they belong to."""


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        out.print(f"attrition {__version__}")
        raise typer.Exit


@app.callback()
def attrition(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    log_json: Annotated[
        bool,
        typer.Option(log.OPTION, help="Say what a command does as lines of JSON on standard error, without bars."),
    ] = False,
) -> None:
    """Which call-centre agents are likely to resign, why, and what would help.

    Start with [bold]attrition demo[/bold], or with [bold]attrition init[/bold] for your own data.
    Exit codes: 0 done, 1 the program failed, 2 an error you can correct, 4 an alarm of `monitor`, 5 `doctor` found
    something wrong, 130 stopped.
    """


for heading, commands in COMMANDS.items():
    for command in commands:
        app.command(NAMES.get(command, command.__name__.replace("_", "-")), cls=Command, rich_help_panel=heading)(
            command
        )
for heading, groups in GROUPS.items():
    for group in groups:
        app.add_typer(group, rich_help_panel=heading)


def main() -> None:
    """Run the command line in the centre's language, without MLflow's telemetry, since it reads personal data."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    sys.argv[1:] = log.option_first(sys.argv[1:])
    language.begin(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):  # a console of Windows writes GBK, which lacks some signs
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    hide_deprecations()
    gc.set_threshold(50_000, 20, 50)  # garbage collection took a quarter of the time of building queries
    sys.exit(app(prog_name="attrition"))
