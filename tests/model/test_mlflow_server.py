"""A workspace whose registry is a real MLflow server, and which goes on when that is gone."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from attrition.data.progress import silent
from attrition.errors import AttritionError, UserError
from attrition.model import aliases, registry, registry_copy
from attrition.model.check import Check
from attrition.model.evaluation_files import read_evaluation
from attrition.model.mlflow_link import connected, read_registry
from attrition.model.mlflow_refusals import ServerUnavailable
from attrition.model.registry_copy import evaluation_copy, model_copy
from attrition.model.registry_move import move_to_server
from attrition.model.registry_texts import rewrite_on_server
from attrition.model.run_artifacts import TrainingRun
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.promotion import Decision, promote_version, roll_back
from attrition.steps.versions import list_versions
from tests.fixtures.make_workspace import KEPT
from tests.mlflow_servers import MlflowServer, declare_server, mlflow_server
from tests.model.conftest import SERVED

DECIDED = Decision("Li Na", "a test of the server", datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
PASSED = Check("calibration slope", True, "1.00")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """A server on SQLite, with a database whose tables are there already."""
    folder = tmp_path_factory.mktemp("server")
    with mlflow_server(f"sqlite:///{shutil.copy(KEPT / 'mlflow.db', folder / 'server.db')}", folder) as running:
        yield running


@pytest.fixture(scope="module")
def recorded(
    server: MlflowServer, run: TrainingRun, signature: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A workspace with two versions there, the second the champion, and what the server holds; it is gone by now."""
    folder = tmp_path_factory.mktemp("away") / "workspace"
    (folder / "card").mkdir(parents=True)
    (folder / "card" / "card.md").write_text("# Model card\n\nIt passed.\n")
    (folder / "served.py").write_text(SERVED)
    declare_server(folder, server.address, model="foshan")
    for number in ("1", "2"):
        assert registry.log_run(folder, run, served=folder / "served.py", signature=signature) == number
        registry.log_checks(folder, number, [PASSED], artifacts=folder / "card")
        promote_version(folder, number, DECIDED)
    shutil.rmtree(model_copy(folder, "1"))
    aliases.folder_of(folder, "1")  # is brought back
    shutil.rmtree(evaluation_copy(folder, "2"))
    read_evaluation(folder, "2")
    with connected(folder) as link:
        version = link.client.get_model_version_by_alias("foshan", "champion")
        about_run = link.client.get_run(version.run_id)
        held = {"version": version, "run": about_run, "files": link.client.list_artifacts(version.run_id, "evaluation")}
    moved = Path(shutil.copytree(KEPT, folder.parent / "moved"))
    declare_server(moved, server.address, model="wuhan")
    with pytest.raises(UserError, match="`attrition models move` brings them"):
        aliases.current_aliases(moved)
    move_to_server(moved, progress=silent)
    with connected(moved) as link:
        held["moved"] = read_registry(link, "resignation")[0]
        held["blanked"] = rewrite_on_server(moved, lambda text: text.replace("attrition retrain", "[erased]"))
        held["after"] = read_registry(link, "resignation")[0]
    server.kill()
    return folder, held


@pytest.fixture
def workspace(recorded: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(recorded[0], tmp_path / "workspace"))


def test_the_server_has_few_headline_figures_groups_inputs_and_the_card(recorded: tuple[Path, dict[str, Any]]) -> None:
    version, about_run = recorded[1]["version"], recorded[1]["run"]
    flat = [name for name in about_run.data.metrics if "/" not in name]
    assert 8 <= len(flat) <= 12
    assert {"resignation_1m", "tenure_only_3m", "null_checks", "contributions"} <= {
        name.split("/")[0] for name in about_run.data.metrics
    }
    inputs = {entry.dataset.name: entry.dataset.digest for entry in about_run.inputs.dataset_inputs}
    assert inputs["exits.csv"] == "ab" * 16
    assert version.description.startswith("# Model card\n\nIt passed.")
    assert "evaluation/card.md" in {file.path for file in recorded[1]["files"]}
    assert (version.version, version.tags["decided_by"], version.tags["promotion_passed"]) == ("2", "Li Na", "true")


def test_while_it_is_away_the_champion_scores_from_its_copy(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_copy, "SECONDS_FRESH", 0.0)
    lines: list[str] = []
    assert load_model_in_use(workspace, progress=lines.append).version == "2"
    (line,) = lines
    assert "has not answered since 20" in line
    assert list_versions(workspace).remark == line


def test_a_rollback_holds_and_waits_for_it(workspace: Path) -> None:
    roll_back(workspace, DECIDED)
    state = aliases.read_state(workspace)
    assert (state.aliases, state.waiting) == ({"champion": "1", "previous": "2"}, 1)
    assert load_model_in_use(workspace).version == "1"


def test_a_copy_that_was_changed_is_not_loaded(workspace: Path) -> None:
    with (model_copy(workspace, "2") / "MLmodel").open("a") as file:
        file.write("\n")
    with pytest.raises(AttritionError, match="MLmodel changed"):
        load_model_in_use(workspace)


def test_models_that_were_moved_there_have_their_numbers_decisions_and_files(recorded: tuple[Path, Any]) -> None:
    moved = recorded[0].parent / "moved"
    with contextlib.closing(sqlite3.connect(KEPT / "mlflow.db")) as before:
        aliased = dict(before.execute("select alias, cast(version as text) from registered_model_aliases"))
        registered = dict(before.execute("select cast(version as text), creation_time from model_versions"))
    there = recorded[1]["moved"]
    assert (there.aliases, [change.version for change in there.history.values()]) == (aliased, ["1", "2"])
    assert {number: version.registered_at for number, version in there.versions.items()} == registered
    assert load_model_in_use(moved).version == aliased["champion"]
    assert not (moved / "mlflow.db").exists()


def test_texts_of_a_person_who_is_erased_are_rewritten_there(recorded: tuple[Path, Any]) -> None:
    held = recorded[1]
    assert held["blanked"] > 0
    assert {change.by for change in held["moved"].history.values()} == {"attrition retrain"}
    assert {change.by for change in held["after"].history.values()} == {"[erased]"}
    assert {version.tags["decided_by"] for version in held["after"].versions.values()} == {"[erased]"}


def test_nothing_is_trained_without_it(workspace: Path) -> None:
    with pytest.raises(ServerUnavailable, match="does not answer"):
        aliases.require_answer(workspace)


def test_a_workspace_that_never_asked_says_so_in_a_line(server: MlflowServer, tmp_path: Path) -> None:
    declare_server(tmp_path, server.address)
    with pytest.raises(ServerUnavailable, match=f"the MLflow server {server.address} does not answer"):
        aliases.current_aliases(tmp_path)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://name:secret@ml.example.com", "set MLFLOW_TRACKING_USERNAME"),
        ("postgresql://ml.example.com/mlflow", "names a server"),
        ("databricks", "Databricks needs model"),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str, sentence: str) -> None:
    declare_server(tmp_path, address)
    with pytest.raises(UserError, match=sentence):
        aliases.current_aliases(tmp_path)
