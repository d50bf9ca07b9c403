"""What a retrain leaves in MLflow, files, tags and parameters: no staff number, no small group, no formula."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.csv_cells import FORMULA_BEGINNINGS
from tests.centres import run
from tests.fixtures.make_workspace import KEPT
from tests.kept import copy_with_panel

SMALL_SITE = '=HYPERLINK("//evil")'
TABLES = ("params", "tags", "latest_metrics", "model_version_tags", "registered_model_tags", "logged_model_tags")
"""MLflow's tables of what is logged beside files."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept workspace in which a few people moved to a small site with a hostile name, trained again."""
    folder = copy_with_panel(tmp_path_factory)
    outcomes = pd.read_parquet(folder / "runs" / "outcomes.parquet")
    moved = outcomes["agent_id"].value_counts().sort_index().sort_values(kind="stable").tail(4).index
    outcomes.loc[outcomes["agent_id"].isin(moved), "site"] = SMALL_SITE
    outcomes.to_parquet(folder / "runs" / "outcomes.parquet", index=False)
    run(folder, "retrain")
    return folder


@pytest.fixture(scope="module")
def artifacts(workspace: Path) -> dict[str, str]:
    """The text of every file of the new version and of its run, by path."""
    known = {path.relative_to(KEPT) for path in (KEPT / "mlartifacts").rglob("*")}
    files = [path for path in (workspace / "mlartifacts").rglob("*") if path.relative_to(workspace) not in known]
    return {
        path.relative_to(workspace).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in files
        if path.is_file()
    }


def test_the_small_site_is_named_without_a_figure(artifacts: dict[str, str], workspace: Path) -> None:
    (path,) = [path for path in artifacts if path.endswith("groups.csv")]
    groups = pd.read_csv(workspace / path)
    assert f"'{SMALL_SITE}" in set(groups["unit"])
    hidden = groups[groups["people"].isna()]
    assert f"'{SMALL_SITE}" in set(hidden["unit"])
    assert len(hidden[hidden["level"] == "site"]) > 1, (
        "beside it another is hidden, or the centre less the rest tells it"
    )
    assert (groups["people"].dropna() >= 10).all()
    assert hidden[["events", "observed", "expected", "ratio", "auc"]].isna().all(axis=None)


def test_no_file_of_the_run_or_the_model_holds_a_staff_number(artifacts: dict[str, str], workspace: Path) -> None:
    agents = pd.read_parquet(workspace / "runs" / "outcomes.parquet")["agent_id"].astype(str).unique()
    assert len(artifacts) > 15
    pattern = re.compile("|".join(map(re.escape, agents)))
    assert [path for path, text in artifacts.items() if pattern.search(text)] == []


def test_no_cell_of_a_table_is_a_formula(artifacts: dict[str, str], workspace: Path) -> None:
    tables = [path for path in artifacts if path.endswith(".csv")]
    assert len(tables) > 5
    for path in tables:
        cells = pd.read_csv(workspace / path, dtype=str, header=None, keep_default_na=False).to_numpy().ravel()
        texts = [cell for cell in cells if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell)]
        assert not any(text.startswith(FORMULA_BEGINNINGS) for text in texts), path


def test_parameters_metrics_and_tags_hold_neither_people_nor_groups(workspace: Path) -> None:
    outcomes = pd.read_parquet(workspace / "runs" / "outcomes.parquet")
    agents = "|".join(map(re.escape, outcomes["agent_id"].astype(str).unique()))
    with closing(sqlite3.connect(workspace / "mlflow.db")) as registry:
        texts = [str(row) for table in TABLES for row in registry.execute(f"select * from {table}")]
    assert len(texts) > 50
    assert not re.search(agents, "\n".join(texts))
    assert SMALL_SITE not in "\n".join(texts)
