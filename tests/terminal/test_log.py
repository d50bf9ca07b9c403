"""A command says what it does as declared lines of JSON, and never a person's data or what somebody typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.terminal.log import ALWAYS, EVENTS
from tests.house.places import REPOSITORY, text
from tests.kept import COMMANDS as MAIN
from tests.kept import copy_with_panel, some_agent
from tests.processes import at_work_elsewhere

Line = dict[str, Any]
TYPED = "0012345"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with_panel(tmp_path_factory)


def logged(*words: str) -> list[Line]:
    """Run a command with a log, and return its lines after a look that each is of a declared kind."""
    return parsed(CliRunner().invoke(app, ["--log-json", *words]).stderr)


def parsed(standard_error: str) -> list[Line]:
    lines = [json.loads(line) for line in standard_error.splitlines()]
    for line in lines:
        assert tuple(line) == (*ALWAYS, *EVENTS[line["event"]]), line
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert len({line["run"] for line in lines}) == 1
    return lines


def test_a_month_is_logged_step_by_step_by_templates_with_their_numbers(workspace: Path) -> None:
    began, *steps, ended = logged("score", "--as-of", "2026-10", "-w", str(workspace))
    assert (began["event"], began["command"], began["workspace"]) == ("command_started", "score", "workspace")
    assert [line["event"] for line in steps] == ["step_started", "step_done"] * ended["steps"]
    [scored] = [line for line in steps if (line["event"], line["step"]) == ("step_done", "scoring {agents} agents")]
    assert scored["counts"]["agents"] > 50
    assert (ended["event"], ended["exit_code"], ended["products"]) == ("command_done", 0, 1)


@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        (
            ["explain", TYPED, "--as-of", "2026-01"],
            "MissingProduct",
            "`attrition monthly --from 2026-01 --to 2026-01` makes it",
        ),
        (["what-if", TYPED, "--as-of", "2026-10", "--set", TYPED], "UserError", '"…" is not a fact with its value'),
        (["monthly"], "BadParameter", "Invalid value: …"),
    ],
)
def test_an_error_that_can_be_corrected_is_one_last_line(
    words: list[str], error: str, sentence: str, workspace: Path
) -> None:
    began, *_, ended = logged(*words, "-w", str(workspace))
    assert (began["event"], ended["event"]) == ("command_started", "command_refused")
    assert (ended["exit_code"], ended["error"]) == (2, error)
    assert sentence in ended["sentence"]
    assert TYPED not in json.dumps(ended)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["score"], "Missing option '--as-of'."),
        (["score", "--as-of", TYPED], "Invalid value for '--as-of': …"),
        (["check", TYPED], "Got unexpected extra argument(s) (…)"),
        (["models", TYPED], "No such command …."),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_command_line_that_cannot_be_read_is_one_line_without_what_was_typed(words: list[str], sentence: str) -> None:
    [line] = logged(*words)
    assert (line["event"], line["exit_code"], line["sentence"]) == ("command_refused", 2, sentence)


def test_each_fault_of_the_tables_is_a_line_with_its_rule_and_rows(workspace: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(workspace, tmp_path / "copy"))
    (copy / "exports" / "exits.csv").write_text("agent_id,exit_date\n1,never\n", encoding="utf-8")
    *_, ended = lines = logged("check", "-w", str(copy))
    [missing] = [line for line in lines if line["event"] == "fault" if line["column"] == "exit_type"]
    assert (missing["table"], missing["level"]) == ("exits", "error")
    assert (ended["event"], ended["error"]) == ("command_refused", "DataError")


def test_another_command_at_work_is_a_warning(workspace: Path) -> None:
    with at_work_elsewhere(workspace, "writing", "retrain"):
        *_, ended = logged("panel", "-w", str(workspace))
    assert (ended["event"], ended["level"], ended["exit_code"]) == ("command_refused", "warning", 3)


def in_a_process(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a scheduler does."""
    command = [sys.executable, "-c", "from attrition.cli import main; main()", *words, "--log-json"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_option_is_read_wherever_it_is_typed_and_nothing_else_is_on_standard_error(tmp_path: Path) -> None:
    done = in_a_process("models", "list", folder=tmp_path)
    assert [line["event"] for line in parsed(done.stderr)] == ["command_started", "command_refused"]
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.exhaustive
def test_libraries_write_nothing_beside_the_lines_of_any_main_command(workspace: Path) -> None:
    agent = some_agent(workspace)
    for command in (*MAIN, "models list", "audit verify", "doctor", "sweep --dry-run", "papers write"):
        done = in_a_process(*command.replace("AGENT", agent).split(), folder=workspace)
        ended = parsed(done.stderr)[-1]
        assert (command, ended["exit_code"]) == (command, done.returncode)
        assert ended["event"] in ("command_done", "command_refused")


def test_the_page_for_it_names_every_event_and_key() -> None:
    page = text("docs/it.md")
    named = {*EVENTS, *ALWAYS, *(key for keys in EVENTS.values() for key in keys)}
    assert {name for name in named if f"`{name}`" not in page} == set()
