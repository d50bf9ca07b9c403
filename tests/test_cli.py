import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from attrition import __version__, workspace
from attrition.cli import app
from attrition.errors import MissingProduct
from attrition.terminal.command import month
from tests.processes import at_work_elsewhere

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.fixture
def run() -> CliRunner:
    return CliRunner()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_an_example(run: CliRunner, name: str) -> None:
    result = run.invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert f"attrition {name}" in result.output.split("For example")[1]


def test_the_package_runs_as_the_command_does() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "attrition", "--version"], capture_output=True, text=True, check=True
    )
    assert __version__ in printed.stdout


def test_the_version_is_printed(run: CliRunner) -> None:
    assert __version__ in run.invoke(app, ["--version"]).output


@pytest.mark.parametrize(
    ("text", "last_day"),
    [("2026-10", date(2026, 10, 31)), ("2024-02", date(2024, 2, 29)), ("2026-12", date(2026, 12, 31))],
)
def test_a_month_is_named_by_its_last_day(text: str, last_day: date) -> None:
    assert month(text) == last_day


@pytest.mark.parametrize("text", ["2026-13", "October", "2026-10-31", "10-2026", ""])
def test_a_text_that_is_not_a_month_is_refused_with_an_example(run: CliRunner, text: str) -> None:
    result = run.invoke(app, ["score", "--as-of", text])
    assert result.exit_code == 2
    assert "2026-10" in result.output


@pytest.mark.parametrize("name", COMMANDS["models"].commands)
def test_help_of_a_command_about_models_shows_an_example(run: CliRunner, name: str) -> None:
    result = run.invoke(app, ["models", name, "--help"])
    assert result.exit_code == 0
    assert f"attrition models {name}" in result.output.split("For example")[1]


@pytest.mark.parametrize("name", ["check", "panel", "backtest", "tune", "retrain", "serve", "models list"])
def test_outside_a_workspace_the_error_names_attrition_init(run: CliRunner, name: str, tmp_path: Path) -> None:
    result = run.invoke(app, [*name.split(), "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert "attrition init" in result.output
    assert "Traceback" not in result.output


def test_before_any_retrain_there_are_no_models_and_none_to_roll_back_to(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    listing = run.invoke(app, ["models", "list", "--workspace", str(tmp_path)])
    assert (listing.exit_code, listing.output.splitlines()[-1]) == (0, "next     attrition check")
    assert "no version is registered yet" in listing.output
    rollback = ["models", "rollback", "--workspace", str(tmp_path), "--by", "Li Na", "--reason", "it looks wrong"]
    result = run.invoke(app, rollback)
    assert (result.exit_code, "`attrition models list` names every version" in result.output) == (2, True)
    assert not (tmp_path / "mlflow.db").exists()


def test_a_second_command_that_writes_at_the_same_time_is_told_who_writes(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    with at_work_elsewhere(tmp_path, "writing", "monthly") as process:
        result = run.invoke(app, ["retrain", "--workspace", str(tmp_path)])
        listed = run.invoke(app, ["models", "list", "--workspace", str(tmp_path)])
    assert (result.exit_code, "`attrition monthly` has been at work" in result.output) == (3, True)
    assert f"process {process.pid}" in result.output
    assert listed.exit_code == 0


def test_a_promotion_without_a_name_or_a_reason_is_refused(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    command = ["models", "promote", "1", "--workspace", str(tmp_path)]
    assert run.invoke(app, [*command, "--reason", "the season is over"]).exit_code == 2
    assert run.invoke(app, [*command, "--by", "Li Na"]).exit_code == 2
    assert "a reason in words" in run.invoke(app, [*command, "--by", "Li Na", "--reason", " "]).output


def test_init_prints_the_next_step(run: CliRunner, tmp_path: Path) -> None:
    result = run.invoke(app, ["init", str(tmp_path / "centre")])
    assert result.exit_code == 0
    assert "attrition map EXPORTS" in result.output
    assert "sources.toml" in result.output
    assert "attrition check" in result.output


def test_a_broken_declaration_is_one_line_with_the_nearest_spelling(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    path = tmp_path / "pipelines" / "sources.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("time_zone", "timezone"), encoding="utf-8")
    result = run.invoke(app, ["check", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert 'did you mean "time_zone"?' in result.output


def test_a_missing_export_is_a_fault_not_a_failure(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    result = run.invoke(app, ["check", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert "exports/agents.csv" in result.output
    assert "exports/exits.csv" in result.output


def test_a_missing_extra_is_named_before_any_work_is_done(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write_starter(tmp_path)
    monkeypatch.setattr("attrition.model.tune.find_spec", lambda name: None)
    result = run.invoke(app, ["tune", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert 'attrition tune needs the extra "tune": pip install "attrition[tune]"' in result.output


def test_a_stopped_search_reports_that_its_trials_are_kept(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    workspace.write_starter(tmp_path)
    monkeypatch.setattr("attrition.pipeline.tune", stopped)
    result = run.invoke(app, ["tune", "--workspace", str(tmp_path)])
    assert result.exit_code == 130
    assert "trials that were finished are kept" in result.output


def test_no_traceback_is_shown_unless_the_variable_for_developers_is_set(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["check", "--workspace", str(tmp_path)]
    assert isinstance(run.invoke(app, command).exception, SystemExit)
    monkeypatch.setenv("ATTRITION_TRACEBACK", "1")
    assert isinstance(run.invoke(app, command).exception, MissingProduct)


@pytest.mark.parametrize("command", ["backtest", "retrain", "tune"])
def test_a_renamed_key_is_refused_before_any_table_is_read(run: CliRunner, tmp_path: Path, command: str) -> None:
    workspace.write_starter(tmp_path)
    path = tmp_path / "models" / "resignation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[promotion]", "[bar]"), encoding="utf-8")
    result = run.invoke(app, [command, "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert "bar is now called promotion" in " ".join(result.output.split())


def test_a_missing_export_is_a_fault_of_every_command(run: CliRunner, tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    result = run.invoke(app, ["panel", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert "exports/agents.csv" in result.output
