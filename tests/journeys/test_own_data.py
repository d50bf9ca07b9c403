"""The README's example of a site's own data: from a raw monthly file, as exported, to a report."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition import workspace
from attrition.cli import app
from tests.house.places import REPOSITORY, text

RAW = REPOSITORY.parent / "shared" / "data" / "ola" / "ola_driver_scaler.csv"
pytestmark = pytest.mark.skipif(not RAW.exists(), reason=f"the public driver file is not at {RAW}")


@pytest.fixture(scope="module")
def drivers(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """The workspace of the README, with the raw file in it; two years are short, so the trials begin early."""
    folder = tmp_path_factory.mktemp("drivers")
    workspace.write_starter(folder)
    declared = re.search(r"```toml\n(.*?)```", text("README.md"), flags=re.DOTALL)
    assert declared
    (folder / "pipelines" / "sources.toml").write_text(declared[1], encoding="utf-8")
    trials = (folder / "pipelines" / "backtest.toml").read_text(encoding="utf-8")
    trials = trials.replace("first_after_months = 18", "first_after_months = 9").replace("draws = 200", "draws = 20")
    (folder / "pipelines" / "backtest.toml").write_text(trials, encoding="utf-8")
    shutil.copy(RAW, folder)
    return folder


def run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--workspace", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def test_check_lists_what_the_file_supplies_and_what_was_left_out(drivers: Path) -> None:
    output = run(drivers, "check")
    assert re.search(r"snapshots +19,104 +2381 +2019-01-31 +2020-12-31", output)
    assert "without exit_date (17,488 rows)" in output
    assert "Age, Gender" in output


def test_every_row_is_used_or_set_aside_by_a_rule(drivers: Path) -> None:
    run(drivers, "check")
    quality = pd.read_parquet(drivers / "runs" / "quality.parquet")
    rows = quality.assign(kind=quality["rule"].str.split(":").str[0]).groupby(["table", "kind"])["rows"].sum()
    for table in quality["table"].unique():
        assert rows[table, "rows read"] == rows[table, "rows used"] + rows.get((table, "set aside"), 0)


def test_the_backtest_is_as_good_as_is_possible_without_leakage(drivers: Path) -> None:
    run(drivers, "backtest")
    metrics = pd.read_parquet(drivers / "runs" / "backtest" / "metrics.parquet")
    ours = metrics[(metrics["model"] == "resignation") & (metrics["horizon_months"] == 1)].set_index("metric")["value"]
    assert 0.79 <= ours["auc_mean_of_months"] <= 0.84
    assert ours["auc"] < 0.85


def test_a_model_is_promoted_and_the_month_is_reported_in_both_languages(drivers: Path) -> None:
    retrained = run(drivers, "retrain")
    assert "it passed and is the champion now" in retrained
    assert "version-1/card.html" in retrained
    assert "version-1/card.zh.html" not in retrained
    card = (drivers / "runs" / "retrain" / "version-1" / "card.md").read_text(encoding="utf-8")
    assert "## Forbidden uses" in card
    assert "| level in every group | passed |" in card
    assert re.search(r"^1 .* passed +champion$", run(drivers, "models", "list"), flags=re.MULTILINE)
    output = run(drivers, "monthly", "--as-of", "2020-12")
    reports = drivers / "reports" / "2020-12"
    kinds = ("en.html", "zh.html", "xlsx")
    expected = {f"{edition}.{kind}" for edition in ("centre", "partner", "team") for kind in kinds} | {"month.json"}
    assert {path.name for path in reports.glob("*.*")} == expected
    assert "partner.en.html" in output
    scores = pd.read_parquet(drivers / "runs" / "2020-12-31" / "scores.parquet")
    assert scores["agent_id"].nunique() == 741


def test_rows_of_the_exit_month_are_caught_as_leakage(drivers: Path, tmp_path: Path) -> None:
    """Dated a month early, each row describes the month it should predict, and an agent's last row reveals the exit."""
    leaky = tmp_path / "leaky"
    shutil.copytree(drivers, leaky, ignore=shutil.ignore_patterns("runs", "reports", "ml*"))
    raw = pd.read_csv(leaky / RAW.name, dtype=str, keep_default_na=False)
    months = pd.to_datetime(raw["MMM-YY"], format="%m-%d-%Y") - pd.DateOffset(months=1)
    raw.assign(**{"MMM-YY": months.dt.strftime("%m-%d-%Y")}).to_csv(leaky / RAW.name, index=False)
    result = CliRunner().invoke(app, ["retrain", "--workspace", str(leaky)])
    assert result.exit_code == 2
    assert re.search(r"too good to be true: the model's AUC 1 months ahead is 0\.8[5-9]", result.output)
    assert not (leaky / "mlflow.db").exists(), "nothing was recorded"
