"""The comparison with peers: one command, every peer on the same agent-months, figures that can be checked by head."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import peers
import pytest
from side_by_side import figures
from side_by_side.environments import NotInstalled, interpreter
from side_by_side.process import MODULES
from side_by_side.trials import time_to_exit

from tests.house.places import REPOSITORY

INSTALLED = ["lightgbm", "hist_gradient_boosting", "logistic_splines"]
"""Peers that need no package but those attrition depends on."""
day = pd.to_datetime


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One run on a tiny synthetic centre: its folder, and what it printed."""
    folder = tmp_path_factory.mktemp("peers")
    centre = ["--seeds", "1", "--agents", "150", "--months", "26"]
    command = [sys.executable, "benchmarks/peers.py", *centre, "--folder", str(folder), "--peers", *INSTALLED]
    process = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return folder, process.stdout


@pytest.mark.exhaustive
def test_the_table_holds_every_peer_ours_and_the_truth(run: tuple[Path, str]) -> None:
    folder, output = run
    table = pd.read_csv(folder / "table.csv")
    assert set(table["peer"]) == {"attrition", "oracle", *INSTALLED}
    assert set(table["metric"]) == set(figures.METRICS)
    assert table["rows"].nunique() == 1
    assert (table.loc[table["peer"] != "oracle", "fit"] > 0).all()
    assert "| LightGBM |" in output
    assert "left out" not in output


@pytest.mark.exhaustive
def test_each_peer_scored_the_same_later_months(run: tuple[Path, str]) -> None:
    scores = [pd.read_parquet(path) for path in sorted((run[0] / "scores").glob("*/*/scores.parquet"))]
    assert len(scores) == 1 + len(INSTALLED)
    assert all(table[["agent_id", "as_of"]].equals(scores[0][["agent_id", "as_of"]]) for table in scores)
    assert all(table["risk"].between(0, 1).all() for table in scores)


@pytest.mark.exhaustive
def test_peers_learn_from_no_label_that_was_immature_at_the_origin(run: tuple[Path, str]) -> None:
    for origin in sorted((run[0] / "trials" / "seed-1").glob("origin-*")):
        past, later = pd.read_parquet(origin / "past.parquet"), pd.read_parquet(origin / "later.parquet")
        at = past["as_of"].max()
        assert later["as_of"].min() > at
        assert not {"label", "months", "event"} & set(later.columns)
        assert past.loc[past["as_of"] > at - pd.DateOffset(months=3) + pd.offsets.MonthEnd(0), "label"].isna().all()
        assert past["months"].max() <= past["as_of"].nunique()


def test_other_exits_and_the_origin_censor() -> None:
    outcomes = pd.DataFrame(
        {
            "as_of": day(["2026-01-31"] * 5),
            "exit_kind": ["voluntary", "involuntary", None, "voluntary", "voluntary"],
            "left_on": day(["2026-02-10", "2026-03-01", None, "2026-01-20", "2026-03-20"]),
            "known_on": day(["2026-02-11", "2026-03-02", None, "2026-02-01", "2026-05-05"]),
        }
    )
    times = time_to_exit(outcomes, known_at=day("2026-04-30"))
    assert times["months"].fillna(-1).tolist() == [1, 2, 3, -1, 3]
    assert times["event"].tolist() == [1, 0, 0, 1, 0]


@pytest.mark.exhaustive
def test_only_a_finished_run_on_the_same_tables_is_reused(run: tuple[Path, str], tmp_path: Path) -> None:
    trials, out = run[0] / "trials" / "seed-1", run[0] / "scores" / "seed-1" / "lightgbm"
    fingerprint = peers.fingerprint("lightgbm", trials)
    assert peers.is_reusable("lightgbm", out, fingerprint)
    assert not peers.is_reusable("attrition", out.with_name("attrition"), peers.fingerprint("attrition", trials))
    about = (trials / "about.json").read_text(encoding="utf-8")
    (tmp_path / "about.json").write_text(about.replace('"hash": "', '"hash": "other'), encoding="utf-8")
    assert not peers.is_reusable("lightgbm", out, peers.fingerprint("lightgbm", tmp_path))


def scores_of(risk: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"agent_id": list("abcd"), "as_of": day("2026-01-31"), "risk": risk})


def test_a_peer_that_is_better_is_named_with_the_difference() -> None:
    truth = scores_of([0.0] * 4).drop(columns="risk").assign(label=[1.0, 0.0, 0.0, 0.0])
    scores = {"attrition": scores_of([0.5, 0.0, 0.0, 1.0]), "peer": scores_of([1.0, 0.0, 0.0, 0.0])}
    table = figures.compare_metrics(scores, truth, draws=20).assign(centre="small")
    value = table.pivot(index="peer", columns="metric", values="value")
    assert value.loc["attrition", "brier"] == pytest.approx((0.25 + 1) / 4)
    assert value.loc["attrition", "auc"] == pytest.approx(2 / 3)
    assert value.loc["attrition", "average_precision"] == pytest.approx(1 / 2)
    ours = table.set_index(["peer", "metric"])["better_by"]
    assert ours["peer", "brier"] == pytest.approx(-1.25 / 4)
    assert ours["peer", "auc"] == pytest.approx(-1 / 3)
    assert any(line.startswith("small: peer is better on brier by 0.3125") for line in figures.better_peers(table))


def test_a_peer_that_left_rows_out_is_not_measured() -> None:
    truth = scores_of([0.0] * 4).drop(columns="risk").assign(label=[1.0, 0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="1 of 4 rows were not scored"):
        figures.compare_metrics({"attrition": scores_of([0.1, 0.2, 0.3, np.nan])}, truth, draws=20)


def test_an_environment_that_cannot_be_made_reports_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fife.txt").write_text("no-such-package-of-ours==0 --hash=sha256:0\n", encoding="utf-8")
    monkeypatch.setattr("side_by_side.environments.REQUIREMENTS", tmp_path)
    with pytest.raises(NotInstalled, match=r"fife\.txt could not be installed"):
        interpreter("fife", tmp_path)
    assert interpreter("lightgbm", tmp_path) == Path(sys.executable)


def test_packages_of_peers_are_pinned_by_hash() -> None:
    for name, requirement in (("peers", "scikit-survival=="), ("fife", "fife==1.6.2")):
        pinned = (REPOSITORY / "benchmarks" / f"{name}.txt").read_text(encoding="utf-8")
        assert requirement in pinned
        assert pinned.count("==") > 20
        assert all("--hash=sha256:" in block for block in pinned.split("\n\n") if "==" in block)


def test_every_peer_has_a_module_that_lists_its_packages() -> None:
    from importlib import import_module

    for module, names in MODULES.items():
        assert set(import_module(f"side_by_side.{module}").PACKAGES) == set(names)
