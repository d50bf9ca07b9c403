"""The command that watches: what was compared, what alarmed and since when, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typer

from attrition.data.phrase import Phrase
from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.command import HERE, Folder, out, show, show_caveat, steps

ALARM = 4
"""The exit code where something is an alarm."""


def monitor(workspace: Folder = HERE) -> None:
    """Say whether the world has moved since the model was fitted: inputs, scores, level of resignations, the list.

    Reads pipelines/monitor.toml; leaves runs/monitor/: monitor.json and tables. Exit code 4 where there is an alarm,
    0 where there is none. It never retrains by itself.

    For example:

        attrition monitor
    """
    with steps() as (pipeline, progress):
        products = pipeline.monitor(workspace, progress=progress)
    summary = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *monitor_lines(summary), ""])
    show_caveat(workspace)
    console.show_products(out, products, _next(summary))
    if summary["alarms"]:
        raise typer.Exit(ALARM)


def monitor_lines(summary: Mapping[str, Any]) -> list[str]:
    r"""Return what to print of monitor.json.

    Examples
    --------
    >>> watched = {"features": 120, "families": 8, "input_months": 3, "level_months": 3, "sites": 2, "list_months": 3}
    >>> advice = {"is_warranted": False, "is_proposed": False}
    >>> print(*monitor_lines({"alarms": [], "notes": [], "watched": watched, "retrain": advice}), sep="\n")
    no alarm
      inputs: 120 features of 8 families over 3 months
      level: 3 months, and 2 sites by themselves; list: 3 months
    """
    watched = summary["watched"]
    lines: list[str] = [] if summary["alarms"] else [Message("no alarm")]
    for alarm in summary["alarms"]:
        lines.append(Message("alarm: {sentence}", sentence=Phrase(alarm["en"], alarm["zh"])))
        lines.append("  " + Message("what to do: {page}", page=alarm["what_to_do"]))
    lines.append(
        "  " + Message("inputs: {features} features of {families} families over {input_months} months", **watched)
    )
    level = Message(
        "level: {level_months} months, and {sites} sites by themselves; list: {list_months} months", **watched
    )
    notes = ["  " + Phrase(note["en"], note["zh"]) for note in summary["notes"]]
    return [*lines, "  " + level, *notes, *_retrain_lines(summary["retrain"])]


def _retrain_lines(advice: Mapping[str, Any]) -> list[str]:
    if advice["is_proposed"]:
        return [Message("a retrain is proposed: there are {months} new months to learn from", **advice)]
    if advice["is_warranted"]:
        return [
            Message(
                "a retrain would learn too little yet: it needs {needed_months} new months with mature labels (there "
                "are {months}) and {needed_resignations} people who resigned in them",
                **advice,
            )
        ]
    return []


def _next(summary: Mapping[str, Any]) -> str:
    if summary["retrain"]["is_proposed"]:
        return "attrition retrain"
    return "read what to do about each alarm" if summary["alarms"] else "attrition monitor, when the next month is in"
