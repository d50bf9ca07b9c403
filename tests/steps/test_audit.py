"""The audit log is held against its anchors in the registry of models."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attrition import pipeline
from attrition.cli import app
from attrition.errors import UserError
from attrition.ledger.audit_log import LOG, append, read_lines
from attrition.ledger.chain import Entry
from attrition.steps.audit import deeds, verify_log
from attrition.steps.person_request import PersonRequest
from attrition.steps.promotion import Decision
from tests.fixtures.make_workspace import KEPT

ENTRY = Entry(at="2026-11-28T10:00:00.000+00:00", action="panel", outcome="begun", user="li")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The kept workspace, in which the champion was rolled back just now, and one thing was done since."""
    copy = Path(shutil.copytree(KEPT, tmp_path / "workspace"))
    pipeline.roll_back_model(copy, Decision("Li Na", "risks look wrong", datetime(2026, 11, 28, tzinfo=UTC)))
    append(copy, ENTRY)
    return copy


def test_a_whole_log_is_counted_with_its_anchors(workspace: Path) -> None:
    log = verify_log(workspace)
    assert (log.head.number, log.anchors) == (3, ["1"])


def test_a_log_that_was_written_anew_is_found(workspace: Path) -> None:
    (workspace / LOG).unlink()
    for _ in range(4):
        append(workspace, ENTRY)
    with pytest.raises(UserError, match="decided on: 1;"):
        verify_log(workspace)


def test_a_log_that_was_removed_is_found(workspace: Path) -> None:
    (workspace / LOG).unlink()
    with pytest.raises(UserError, match="has lost entries"):
        verify_log(workspace)


def test_a_log_cut_off_before_its_anchor_is_found(workspace: Path) -> None:
    (workspace / LOG).write_bytes(b"")
    with pytest.raises(UserError, match="has lost entries"):
        verify_log(workspace)


def test_an_end_cut_off_after_the_anchor_is_found_by_a_hash_noted_elsewhere(workspace: Path) -> None:
    noted = verify_log(workspace).head.hash
    lines = read_lines(workspace)[:-1]
    (workspace / LOG).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with pytest.raises(UserError, match="no entry of that hash"):
        verify_log(workspace, known=noted)


def test_the_command_names_the_line_that_breaks_and_ends_with_2(workspace: Path) -> None:
    content = (workspace / LOG).read_text(encoding="utf-8")
    (workspace / LOG).write_text(content.replace("risks look wrong", "risks look fine"), encoding="utf-8")
    verified = CliRunner().invoke(app, ["audit", "verify", "--workspace", str(workspace)])
    assert (verified.exit_code, "breaks at line 1 of 3" in verified.output) == (2, True), verified.output


def test_what_was_done_is_shown_with_its_end(workspace: Path) -> None:
    assert [(deed.entry.action, deed.outcome) for deed in deeds(workspace)] == [
        ("rollback", "done"),
        ("panel", "begun"),
    ]
    assert [deed.entry.action for deed in deeds(workspace, action="panel", since=date(2026, 11, 28))] == ["panel"]
    with pytest.raises(UserError, match="holds: panel, rollback"):
        deeds(workspace, action="retrian")


def test_what_is_sealed_about_a_person_is_shown_for_them_alone_and_that_is_recorded(workspace: Path) -> None:
    for agent, why in (("0010203", "a talk"), ("0010204", "another talk")):
        pipeline.object_to_scoring(workspace, PersonRequest(agent, datetime(2026, 11, 28, tzinfo=UTC), "Li Na", why))
    shown = CliRunner().invoke(app, ["audit", "show", "--person", "0010203", "--workspace", str(workspace)])
    assert (shown.exit_code, shown.output.count("talk"), "another talk" in shown.output) == (0, 1, False), shown.output
    assert deeds(workspace)[-1].entry.action == "audit show"
    with pytest.raises(UserError, match="nothing on record"):
        pipeline.show_person_log(workspace, "0010205", action="person object")
