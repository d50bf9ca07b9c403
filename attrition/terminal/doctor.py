"""The command that looks at the installation, the machine and the workspace, and says what to do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attrition import __version__
from attrition.message import Message, joined, padded
from attrition.terminal.command import HERE, out, show
from attrition.terminal.language import translated
from attrition.terminal.log import Level, current_log

if TYPE_CHECKING:
    from attrition.steps.doctor.finding import Finding, State

WRONG = 5
"""The exit code where something is wrong."""
FORMAT = 1
"""Number of the form of what --json prints; it rises with every change of a key in it."""
STATES: dict[State, Message] = {"ok": Message("ok"), "look": Message("to look at"), "wrong": Message("wrong")}
TOPICS = {
    "program": Message("program"),
    "pdf": Message("PDFs"),
    "disk": Message("disk"),
    "workspace": Message("workspace"),
    "declarations": Message("declarations"),
    "tables": Message("sources of tables"),
    "rights": Message("rights of files"),
    "leftovers": Message("killed runs"),
    "registry": Message("models"),
    "audit log": Message("audit log"),
    "clock": Message("clock"),
    "schedule": Message("scheduled runs"),
}
"""How the topics are called in the terminal; the keys stand in what --json prints."""
WIDTH = 12


def doctor(
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    # Named otherwise than elsewhere, since it need not be a workspace: this is for where one is broken, too.
    folder: Annotated[Path, typer.Option("--workspace", "-w", help="A workspace, which may be broken.")] = HERE,
) -> None:
    """Look at the installation, this machine and the workspace: what is ok, what to look at, what is wrong, what to do.

    It changes nothing, and works outside a workspace and in a broken one. Exit code 5 where something is wrong, else 0.

    For example:

        attrition doctor

        attrition doctor --workspace centre --json
    """
    from attrition import pipeline

    findings = pipeline.doctor(folder)
    _log(findings)
    if is_json:
        out.print(json.dumps(as_json(findings), ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        show([*doctor_lines(findings), "", _sum(findings)])
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(WRONG)


def doctor_lines(findings: Iterable[Finding]) -> list[str]:
    r"""Return a line per finding below its topic, and what to do.

    Examples
    --------
    >>> from attrition.steps.doctor.finding import Finding
    >>> print(*doctor_lines([Finding(topic="disk", state="wrong", sentence="9 MB are free", remedy="free some")]),
    ...       sep="\n")
    disk
      wrong       9 MB are free
                  -> free some
    """
    return [line for topic, of_topic in groupby(findings, _topic) for line in (TOPICS[topic], *_lines(of_topic))]


def as_json(findings: Sequence[Finding]) -> Mapping[str, Any]:
    """Return the findings for programs: topic and state by their keys, sentences in the language of the terminal."""
    listed = [
        {
            "topic": finding.topic,
            "state": finding.state,
            "sentence": translated(finding.sentence),
            "what_to_do": translated(finding.remedy),
        }
        for finding in findings
    ]
    return {
        "format": FORMAT,
        "attrition": __version__,
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "counts": _counts(findings),
        "findings": listed,
    }


def _log(findings: Iterable[Finding]) -> None:
    """Write each finding that is not ok into the log, where there is one."""
    if (log := current_log()) is not None:
        for finding in findings:
            if finding.state != "ok":
                level: Level = "error" if finding.state == "wrong" else "warning"
                log.write("finding", level, topic=finding.topic, state=finding.state, sentence=str(finding.sentence))


def _topic(finding: Finding) -> str:
    return finding.topic


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield joined("", ("  ", padded(STATES[finding.state], WIDTH), finding.sentence))
        if finding.remedy:
            yield joined("", ("  ", " " * WIDTH, "-> ", finding.remedy))


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    counts = Counter(finding.state for finding in findings)
    return {state: counts[state] for state in STATES}


def _sum(findings: Iterable[Finding]) -> Message:
    return Message("{ok} ok, {look} to look at, {wrong} wrong", **_counts(findings))
