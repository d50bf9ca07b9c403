"""Copies of the kept workspace in which commands have run; each kind is made once in a run of the tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.centres import made_once, run
from tests.conftest import leave_pdf_out
from tests.fixtures.make_workspace import KEPT, PILOT

MARKS = ("Qiuxiang", "秋香")
"""Parts of the name of every agent in `every_command_ran`, in two scripts."""
COMMANDS = (
    *("check", "life-table", "backtest", "tune", "retrain", "monthly --as-of 2026-10"),
    *("plan --budget 3000 --as-of 2026-10", "explain AGENT --as-of 2026-10"),
    *(f"pilot read {PILOT}", "pilot design leader_coaching --as-of 2026-10 --name another"),
)
"""Every command that leaves something; life-table wants hires and exits alone, which the workspace has."""
PRINTED = "printed.txt"


def copy_with_panel(factory: pytest.TempPathFactory) -> Path:
    """Copy the kept workspace with its panel."""
    return _copy(made_once(factory, "kept-with-panel", _write_with_panel), factory)


def copy_with_month(factory: pytest.TempPathFactory) -> Path:
    """Copy the kept workspace with its panel and the English report of October."""
    return _copy(made_once(factory, "kept-with-month", _write_with_month), factory)


def every_command_ran(factory: pytest.TempPathFactory) -> Path:
    """Return the folder with a ``workspace`` whose agents have names, in which every command ran without a umask.

    It also holds what the commands printed. It is not to be changed.
    """
    return made_once(factory, "every-command", _run_every_command)


def some_agent(workspace: Path) -> str:
    """Return an agent who has a risk in October."""
    scores = pd.read_parquet(workspace / "runs" / "2026-10-31" / "scores.parquet")
    return str(scores.loc[scores["risk"].notna(), "agent_id"].iloc[0])


def _copy(original: Path, factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(original, factory.mktemp("kept") / "workspace"))


def _write_with_panel(folder: Path) -> None:
    shutil.copytree(KEPT, folder)
    run(folder, "panel")


def _write_with_month(folder: Path) -> None:
    shutil.copytree(KEPT, folder)
    with pytest.MonkeyPatch.context() as patch:
        leave_pdf_out(patch)
        run(folder, "monthly", "--as-of", "2026-10", "--lang", "en")


def _run_every_command(folder: Path) -> None:
    workspace = Path(shutil.copytree(KEPT, folder / "workspace"))
    (workspace / "pipelines" / "people.toml").write_text('pseudonyms = false\nfiles_for = "owner"\n', encoding="utf-8")
    _name_agents(workspace)
    agent, before = some_agent(workspace), os.umask(0o000)
    try:
        with pytest.MonkeyPatch.context() as patch:
            leave_pdf_out(patch)
            printed = [run(workspace, *command.replace("AGENT", agent).split()) for command in COMMANDS]
    finally:
        os.umask(before)
    (folder / PRINTED).write_text("".join(printed), encoding="utf-8")


def _name_agents(workspace: Path) -> None:
    """Give every agent a name, and map its column."""
    agents = workspace / "exports" / "agents.csv"
    rows = pd.read_csv(agents, dtype=str)
    rows["姓名"] = [f"{MARKS[number % 2]} Zhao {number}" for number in range(len(rows))]
    rows.to_csv(agents, index=False)
    sources = workspace / "pipelines" / "sources.toml"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text + '\n[tables.agents.columns]\n"姓名" = "display_name"\n', encoding="utf-8")
