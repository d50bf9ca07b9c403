"""Everything that `attrition doctor` looks at, in its order; what cannot be looked at is a finding as well."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from functools import partial
from pathlib import Path

from attrition.data.swap import HIDDEN
from attrition.errors import AttritionError
from attrition.message import Message
from attrition.steps.doctor.clock import examine_clock
from attrition.steps.doctor.declarations import examine_declarations
from attrition.steps.doctor.finding import Examination, Finding, Line, look, wrong
from attrition.steps.doctor.folders import examine_disk, examine_rights
from attrition.steps.doctor.leftovers import examine_leftovers
from attrition.steps.doctor.program import examine_pdf, examine_program
from attrition.steps.doctor.record import examine_record
from attrition.steps.doctor.registry import examine_registry
from attrition.steps.doctor.schedule import examine_schedule
from attrition.steps.doctor.tables import examine_tables

EVERYWHERE: Mapping[str, Examination] = {
    "program": examine_program,
    "pdf": examine_pdf,
    "disk": examine_disk,
}
"""What is looked at outside a workspace too."""
OF_A_WORKSPACE: Mapping[str, Examination] = {
    "declarations": examine_declarations,
    "tables": examine_tables,
    "rights": examine_rights,
    "leftovers": examine_leftovers,
    "registry": examine_registry,
    "audit log": examine_record,
    "clock": examine_clock,
    "schedule": examine_schedule,
}
EXAMINATIONS = {**EVERYWHERE, **OF_A_WORKSPACE}
"""Everything, by topic, in the order in which it is shown."""


def examine(workspace: Path) -> list[Finding]:
    """Look at everything, without changing anything; a topic that fails does not keep the others from being looked at.

    Parameters
    ----------
    workspace : Path
        A workspace, however broken; elsewhere only the program and the machine are looked at.
    """
    is_workspace = any((workspace / name).exists() for name in ("pipelines", "mlflow.db", "ledger", HIDDEN))
    chosen = EXAMINATIONS if is_workspace else EVERYWHERE
    findings: list[Finding] = []
    for topic, examination in chosen.items():
        wrong_before = {finding.sentence for finding in findings if finding.state == "wrong"}
        for state, sentence, remedy in map(partial(_once, wrong_before), _lines(examination, workspace)):
            findings.append(Finding(topic=topic, state=state, sentence=sentence, remedy=remedy))
    return findings if is_workspace else [*findings, _no_workspace(workspace)]


def _once(wrong_before: Set[str], line: Line) -> Line:
    """Return a line, or where its sentence stands above already, that it keeps this topic from being looked at."""
    if line[1] not in wrong_before:
        return line
    return look(Message("this cannot be looked at"), Message("mend what is wrong above, and run this again"))


def _lines(examination: Examination, workspace: Path) -> Iterator[Line]:
    try:
        yield from examination(workspace)
    except AttritionError as error:
        yield wrong(error.message, Message("mend that, and run this again"))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        yield wrong(
            Message("this cannot be looked at: {reason}", reason=reason),
            Message("let this account read the workspace, or run this as the account that runs the commands"),
        )
    except Exception as error:  # whatever is broken, the rest is looked at; the message may hold a row's content
        yield wrong(
            Message("this cannot be looked at ({kind}); what it reads may be damaged", kind=type(error).__name__),
            Message("run the command that reads it; if that says nothing more, please report this line"),
        )


def _no_workspace(workspace: Path) -> Finding:
    state, sentence, remedy = look(
        Message("there is no workspace in {folder}", folder=workspace.resolve()),
        Message("run this in a workspace, or name it with -w; `attrition init DIR` makes one"),
    )
    return Finding(topic="workspace", state=state, sentence=sentence, remedy=remedy)
