"""The doctor says what is wrong and what to do, in a broken workspace too, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from attrition import workspace as workspaces
from attrition.cli import app
from attrition.data.alive import PART, living_folder
from attrition.data.at_work import writing
from attrition.data.modes import protect
from attrition.ledger.audit_log import LOG, append
from attrition.ledger.chain import Entry
from attrition.steps.doctor.clock import examine_clock
from attrition.steps.doctor.declarations import examine_declarations
from attrition.steps.doctor.examination import EXAMINATIONS, examine
from attrition.steps.doctor.folders import examine_rights
from attrition.steps.doctor.leftovers import examine_leftovers
from attrition.steps.doctor.program import _unmet
from attrition.steps.doctor.schedule import examine_schedule
from attrition.steps.doctor.tables import examine_tables
from attrition.terminal import doctor
from attrition.terminal.doctor import TOPICS, doctor_lines
from attrition.terminal.language import translated
from tests.fixtures.make_workspace import KEPT
from tests.journeys.test_chinese_terminal import COMMANDS, ENGLISH

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the kept workspace that its owner alone can read, as commands leave it."""
    copy = Path(shutil.copytree(KEPT, tmp_path / "workspace"))
    for name in ("runs", "pilots", "mlartifacts", "mlflow.db"):
        protect(copy / name)
    return copy


@pytest.fixture
def broken(workspace: Path) -> Path:
    (workspace / "pipelines" / "sources.toml").write_text("[site", encoding="utf-8")
    (workspace / "mlflow.db").write_bytes(b"no database")
    (workspace / "ledger").mkdir(mode=0o700)
    (workspace / LOG).write_text("no entry\n", encoding="utf-8")
    return workspace


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode) for path in sorted(folder.rglob("*"))}


def states(lines: object) -> list[str]:
    return [state for state, _, _ in lines]  # type: ignore[attr-defined]


def an_entry(at: str, action: str = "monthly", outcome: str = "begun", of: int = 0) -> Entry:
    return Entry(at=at, action=action, outcome=outcome, user="li", of=of)


def test_a_whole_workspace_is_looked_at_and_left_as_it_was(workspace: Path) -> None:
    before = everything(workspace)
    done = CliRunner().invoke(app, ["doctor", "--json", "-w", str(workspace)])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert answer["counts"]["wrong"] == 0
    assert {finding["topic"] for finding in answer["findings"]} == set(EXAMINATIONS)
    assert any("answers its golden rows" in finding["sentence"] for finding in answer["findings"])
    assert everything(workspace) == before


def test_a_broken_workspace_is_looked_at_to_the_end_and_has_an_exit_code_of_its_own(broken: Path) -> None:
    done = CliRunner().invoke(app, ["doctor", "-w", str(broken)])
    assert done.exit_code == doctor.WRONG == 5
    assert "sources.toml is not TOML in UTF-8" in done.output
    assert "mlflow.db, the registry of models, is damaged" in done.output
    assert "breaks at line 1 of 1" in done.output
    assert "scheduled runs" in done.output


def test_of_a_broken_workspace_chinese_readers_read_no_english(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh")
    text = "\n".join(map(translated, doctor_lines(examine(broken))))
    assert "有误" in text
    assert ENGLISH.findall(COMMANDS.sub("", text)) == []


def test_every_topic_has_a_name() -> None:
    assert set(EXAMINATIONS) | {"workspace"} == set(TOPICS)


def test_outside_a_workspace_the_program_and_the_machine_are_looked_at(tmp_path: Path) -> None:
    findings = examine(tmp_path)
    assert {finding.topic for finding in findings} == {"program", "pdf", "disk", "workspace"}
    assert "attrition init" in findings[-1].remedy


def test_a_library_of_another_version_is_wrong() -> None:
    [(state, sentence, _)] = _unmet([Requirement("duckdb<1"), Requirement("rich>=1")])
    assert state == "wrong"
    assert sentence.startswith("duckdb ")
    assert sentence.endswith("<1 is needed")


@pytest.mark.skipif(os.name == "nt", reason="needs modes of POSIX")
def test_a_file_that_others_may_read_is_wrong_and_counted_without_its_name(workspace: Path) -> None:
    (workspace / "runs" / "retrain").chmod(0o755)
    (workspace / "runs" / "an-empty-lock").touch(0o644)
    [(state, sentence, remedy)] = examine_rights(workspace)
    assert state == "wrong"
    assert "1 file or folder can be read by others" in sentence
    assert "chmod -R go-rwx runs" in remedy


def test_a_database_is_asked_once_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    site = '[site]\nname = "A"\ntime_zone = "UTC"\ncurrency = "CNY"\n'
    url = 'url = "postgresql://hr:${NOT_SET_ANYWHERE}@db/hr"\nquery = "select 1"\n'
    here = 'url = "duckdb:///hr.duckdb"\nquery = "select 1"\n'
    text = f"{site}[tables.agents]\n{url}[tables.exits]\n{url}[tables.pay]\n{here}"
    (tmp_path / "pipelines" / "sources.toml").write_text(text, encoding="utf-8")
    import duckdb

    duckdb.connect(str(tmp_path / "hr.duckdb")).close()
    (_, first, advice), (answered, _, _) = examine_tables(tmp_path)
    assert "postgresql://db/hr: environment variable not set" in first
    assert "NOT_SET_ANYWHERE" in advice
    assert answered == "ok"


def test_tables_of_sparks_catalog_need_its_engine(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    site = '[site]\nname = "A"\ntime_zone = "UTC"\ncurrency = "CNY"\n'
    text = f'{site}[tables.contacts]\ncatalog = "hr.contacts"\n'
    (tmp_path / "pipelines" / "sources.toml").write_text(text, encoding="utf-8")
    (tmp_path / "pipelines" / "panel.toml").write_text('engine = "duckdb"', encoding="utf-8")
    [(state, sentence, advice)] = examine_tables(tmp_path)
    assert (state, sentence) == ("wrong", "contacts: of Spark's catalog, and the engine is DuckDB")
    assert 'engine = "spark"' in advice
    (tmp_path / "pipelines" / "panel.toml").write_text('engine = "spark"', encoding="utf-8")
    assert states(examine_tables(tmp_path)) == ["ok"]


def test_declarations_are_in_order_without_the_extras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    workspaces.write_starter(tmp_path)
    assert states(examine_declarations(tmp_path)) == ["ok", "ok"]


def test_a_record_from_the_future_means_that_the_clock_is_wrong(tmp_path: Path) -> None:
    append(tmp_path, an_entry("2026-11-28T12:04:00+00:00"))
    os.utime(tmp_path / LOG, (NOON.timestamp(), NOON.timestamp()))
    os.utime(tmp_path / "ledger" / ".lock", (NOON.timestamp(), NOON.timestamp()))
    assert states(examine_clock(tmp_path, now=lambda: NOON)) == ["ok"]
    append(tmp_path, an_entry("2026-11-29T12:00:00+00:00"))
    append(tmp_path, an_entry("2026-11-28T12:05:00+00:00"))
    assert states(examine_clock(tmp_path, now=lambda: NOON)) == ["ok", "wrong", "look"]


def test_what_a_killed_run_left_is_counted_and_what_a_running_one_needs_is_not(tmp_path: Path) -> None:
    (tmp_path / "runs" / f".panel.parquet{PART}x1").mkdir(parents=True)
    with living_folder(tmp_path / "runs", f".scores.parquet{PART}"):
        [(state, sentence, _)] = examine_leftovers(tmp_path)
    assert (state, sentence) == ("look", "a killed run left 1 folder behind")


def test_who_is_at_work_is_named(tmp_path: Path) -> None:
    with writing(tmp_path, "retrain"):
        [(state, sentence, _)] = examine_leftovers(tmp_path)
    assert state == "ok"
    assert "`attrition retrain` has been at work" in sentence


def test_a_late_month_a_refused_run_and_what_starts_it_are_named(workspace: Path, tmp_path: Path) -> None:
    begun = append(workspace, an_entry("2026-11-05T06:00:00+00:00"))
    append(workspace, an_entry("2026-11-05T06:01:00+00:00", outcome="refused", of=begun.number))
    timer = tmp_path / "root" / "etc" / "systemd" / "system" / "attrition.timer"
    timer.parent.mkdir(parents=True)
    timer.write_text("[Unit]\nDescription=attrition every month\n", encoding="utf-8")
    late, refused, *_, started = examine_schedule(workspace, now=lambda: NOON, root=tmp_path / "root")
    assert late[1] == "the newest month that is reported: none; 2026-10 ended 28 days ago"
    assert refused[1] == "the newest `attrition monthly`, of 2026-11-05, was refused"
    assert started[1] == "started by attrition.timer"
