"""The declarations: whether each file of `pipelines/` and `models/` can be read, and which secrets stand in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attrition import declared
from attrition.data import sources
from attrition.data.panel_job import PanelJob
from attrition.data.people.people_key import read_key
from attrition.data.people.protection import naming_note, read_protection
from attrition.errors import UserError
from attrition.jobs import CheckJob, PlanJob
from attrition.message import Message, counted
from attrition.model.tunable import TuneJob
from attrition.report.papers.declaration import read_papers_job
from attrition.steps.backtest import read_backtest_job
from attrition.steps.declarations import (
    PLAYBOOK,
    read_monitor_job,
    read_monthly_job,
    read_send_job,
    read_spec,
    trained_model,
)
from attrition.steps.doctor.finding import Line, look, ok, wrong
from attrition.steps.retention import read_retention

READERS: tuple[Callable[[Path], Any], ...] = (
    sources.read,
    read_protection,
    read_monthly_job,
    read_monitor_job,
    read_send_job,
    read_retention,
    read_papers_job,
    read_backtest_job,
    lambda workspace: declared.read(workspace / "pipelines" / "check.toml", CheckJob),
    lambda workspace: declared.read(workspace / "pipelines" / "plan.toml", PlanJob),
    lambda workspace: declared.read(workspace / "pipelines" / "tune.toml", TuneJob),
    lambda workspace: read_spec(workspace, trained_model(workspace)),
    lambda workspace: declared.read_text(workspace / PLAYBOOK),
)
"""What reads each declaration as the commands do, whichever extras are installed."""
MEND_IT = Message("correct the file; every command that reads it stops until then")


def examine_declarations(workspace: Path) -> Iterator[Line]:
    """Read every declaration as the commands do, and say of people's data how they are protected."""
    mistakes = [message for reader in READERS if (message := _mistake(reader, workspace))]
    for mistake in dict.fromkeys(mistakes):
        yield wrong(mistake, MEND_IT)
    if not mistakes:
        yield ok(counted("{count} declaration can be read", "{count} declarations can be read", len(READERS)))
    yield from _engine(workspace)
    yield from _people(workspace)


def _mistake(reader: Callable[[Path], Any], workspace: Path) -> Message | None:
    try:
        reader(workspace)
    except UserError as error:
        return error.message
    return None


def _engine(workspace: Path) -> Iterator[Line]:
    try:
        engine = declared.read(workspace / "pipelines" / "panel.toml", PanelJob).engine
    except UserError as error:
        yield wrong(error.message, MEND_IT)
        return
    if engine == "spark" and find_spec("pyspark") is None:
        yield wrong(
            Message('pipelines/panel.toml declares the engine "spark", and its extra is not installed'),
            Message('pip install "attrition[spark]", or declare engine = "duckdb"'),
        )


def _people(workspace: Path) -> Iterator[Line]:
    """Yield how people are named, and whether the key of their pseudonyms is there."""
    try:
        protection, note = read_protection(workspace), naming_note(workspace)
    except UserError:  # it is among the mistakes
        return
    if note is not None:
        yield look(note, Message("attrition pseudonyms on"))
        return
    read_key(workspace, environment=os.environ)
    yield ok(Message("people have pseudonyms, and their key is there; mode {mode}", mode=protection.mode))
