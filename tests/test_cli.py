from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from attrition import __version__, workspace
from attrition.cli import app
from attrition.data.lock import exclusive_lock
from attrition.errors import NotMadeYet
from attrition.terminal.command import month

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.fixture
def run() -> CliRunner:
    return CliRunner()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_an_example(run: CliRunner, name: str) -> None:
    said = run.invoke(app, [name, "--help"])
    assert said.exit_code == 0
    assert f"attrition {name}" in said.output.split("For example")[1]


def test_the_version_is_said(run: CliRunner) -> None:
    assert __version__ in run.invoke(app, ["--version"]).output


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2026-10", date(2026, 10, 31)), ("2024-02", date(2024, 2, 29)), ("2026-12", date(2026, 12, 31))],
)
def test_a_month_is_named_by_its_last_day(written: str, meant: date) -> None:
    assert month(written) == meant


@pytest.mark.parametrize("written", ["2026-13", "October", "2026-10-31", "10-2026", ""])
def test_what_is_no_month_is_refused_with_the_right_spelling(run: CliRunner, written: str) -> None:
    said = run.invoke(app, ["score", "--as-of", written])
    assert said.exit_code == 2
    assert "2026-10" in said.output


@pytest.mark.parametrize("name", COMMANDS["models"].commands)
def test_help_of_a_command_about_models_shows_an_example(run: CliRunner, name: str) -> None:
    said = run.invoke(app, ["models", name, "--help"])
    assert said.exit_code == 0
    assert f"attrition models {name}" in said.output.split("For example")[1]


@pytest.mark.parametrize("name", ["check", "panel", "backtest", "tune", "retrain", "serve", "models list"])
def test_outside_a_workspace_one_line_says_what_to_do(run: CliRunner, name: str, tmp_path: Path) -> None:
    said = run.invoke(app, [*name.split(), "--workspace", str(tmp_path)])
    assert said.exit_code == 2
    assert "attrition init" in said.output
    assert "Traceback" not in said.output


def test_before_any_retrain_there_are_no_models_and_nothing_to_go_back_to(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    listed = run.invoke(app, ["models", "list", "--workspace", str(tmp_path)])
    assert (listed.exit_code, "`attrition retrain` makes one" in listed.output) == (0, True)
    back = ["models", "rollback", "--workspace", str(tmp_path), "--by", "Li Na", "--reason", "it looks wrong"]
    said = run.invoke(app, back)
    assert (said.exit_code, "attrition retrain" in said.output) == (2, True)
    assert not (tmp_path / "mlflow.db").exists()


def test_of_two_retrains_the_second_says_so_and_does_nothing(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    with exclusive_lock(tmp_path / "runs" / "retrain" / ".lock", what="retrain"):
        said = run.invoke(app, ["retrain", "--workspace", str(tmp_path)])
    assert (said.exit_code, "another retrain is running" in said.output) == (2, True)


def test_a_promotion_without_a_name_or_a_reason_is_refused(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    asked = ["models", "promote", "1", "--workspace", str(tmp_path)]
    assert run.invoke(app, [*asked, "--reason", "the season is over"]).exit_code == 2
    assert run.invoke(app, [*asked, "--by", "Li Na"]).exit_code == 2
    assert "a reason in words" in run.invoke(app, [*asked, "--by", "Li Na", "--reason", " "]).output


def test_init_says_what_to_do_next(run: CliRunner, tmp_path: Path) -> None:
    said = run.invoke(app, ["init", str(tmp_path / "centre")])
    assert said.exit_code == 0
    assert "sources.toml" in said.output
    assert "attrition check" in said.output


def test_a_broken_declaration_is_one_line_with_the_nearest_spelling(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    path = tmp_path / "pipelines" / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("time_zone", "timezone"), encoding="utf-8")
    said = run.invoke(app, ["check", "--workspace", str(tmp_path)])
    assert said.exit_code == 2
    assert 'did you mean "time_zone"?' in said.output


def test_a_missing_export_is_a_fault_not_a_failure(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    said = run.invoke(app, ["check", "--workspace", str(tmp_path)])
    assert said.exit_code == 2
    assert "exports/agents.csv" in said.output
    assert "exports/exits.csv" in said.output


def test_a_missing_extra_is_named_before_any_work_is_done(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write_starter(tmp_path)
    monkeypatch.setattr("attrition.model.tune.find_spec", lambda name: None)
    said = run.invoke(app, ["tune", "--workspace", str(tmp_path)])
    assert said.exit_code == 2
    assert 'attrition tune needs the extra "tune": pip install "attrition[tune]"' in said.output


def test_a_stopped_search_says_that_its_trials_are_kept(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    workspace.write_starter(tmp_path)
    monkeypatch.setattr("attrition.pipeline.tune", stopped)
    said = run.invoke(app, ["tune", "--workspace", str(tmp_path)])
    assert said.exit_code == 130
    assert "trials that were finished are kept" in said.output


def test_no_traceback_is_shown_unless_a_developer_asks(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["check", "--workspace", str(tmp_path)]
    assert isinstance(run.invoke(app, asked).exception, SystemExit)
    monkeypatch.setenv("ATTRITION_TRACEBACK", "1")
    assert isinstance(run.invoke(app, asked).exception, NotMadeYet)


@pytest.mark.parametrize("command", ["backtest", "retrain", "tune"])
def test_a_renamed_key_is_refused_before_any_table_is_read(run: CliRunner, tmp_path: Path, command: str) -> None:
    workspace.write_starter(tmp_path)
    path = tmp_path / "models" / "resignation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[promotion]", "[bar]"), encoding="utf-8")
    result = run.invoke(app, [command, "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert "bar is now called promotion" in " ".join(result.output.split())
