import json
import pathlib
import shutil
import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from attrition import pipeline
from attrition.errors import AttritionError, MissingProduct, UserError
from attrition.model import aliases, registry, registry_file
from attrition.model.check import Check
from attrition.model.mlflow_link import connected
from attrition.model.registry_records import AliasChange
from attrition.steps.model_in_use import load_model_in_use
from tests.model.conftest import MANIFEST

PASSED = Check("calibration slope", True, "1.00")


@pytest.fixture(scope="module")
def workspace(registered, tmp_path_factory):
    """Two versions were evaluated and promoted, the first and then the second."""
    folder = shutil.copytree(registered, tmp_path_factory.mktemp("registry") / "workspace")
    artifacts = folder / "card"
    artifacts.mkdir()
    (artifacts / "card.md").write_text("# Model card\n")
    for version, before in (("1", None), ("2", "1")):
        registry.log_checks(folder, version, [PASSED], artifacts=artifacts)
        aliases.promote(
            folder,
            AliasChange("promoted", version, "2026-11-02T09:00:00+00:00", "a test", "it may"),
            old_champion=before,
        )
    return folder


def rows(workspace, query):
    connection = sqlite3.connect(workspace / "mlflow.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_champion_is_the_model_that_was_recorded_and_says_its_version(workspace, run, centre):
    model = load_model_in_use(workspace)
    assert model.version == "2"
    assert model.fitted.score(centre.panel.tail(50)).equals(run.fitted.score(centre.panel.tail(50)))


def test_the_champion_before_stays_at_hand(workspace):
    assert aliases.current_aliases(workspace) == {"champion": "2", "previous": "1"}


def test_registering_alone_makes_no_champion(registered):
    with pytest.raises(UserError, match="no model is in use: version 3, the newest, failed never evaluated"):
        load_model_in_use(registered)


def test_a_run_keeps_parameters_figures_inputs_code_and_declaration(workspace):
    keys = {key for (key,) in rows(workspace, "select key from metrics")}
    assert {
        "auc",
        "auc_low",
        "resignation_1m/auc",
        "tenure_only_3m/auc",
        "null_checks/noise_features_auc",
    } <= keys
    artifacts = next((workspace / "mlartifacts").glob("*/artifacts/evaluation"))
    names = {"calibration.png", "capture.png", "metrics.csv", "groups.csv", "made_from.json", "resignation.toml"}
    assert names <= {path.name for path in artifacts.iterdir()}
    assert json.loads((artifacts / "manifest.json").read_text()) == MANIFEST


def test_a_version_says_from_what_it_was_made_and_which_criteria_it_passed(workspace, run):
    tags = next(one.tags for one in aliases.registered_versions(workspace) if one.number == "2")
    assert (tags["promotion_passed"], tags["promotion_failed"]) == ("true", "")
    assert tags["panel_sha256"] == run.made_from["panel_sha256"]
    assert {len(tags[key]) for key in ("code_sha256", "declaration_sha256", "panel_sha256")} == {64}


def test_the_card_is_logged_with_the_version(workspace):
    (run,) = rows(workspace, "select run_id from model_versions where version = 2")[0]
    assert (workspace / "mlartifacts" / run / "artifacts" / "evaluation" / "card.md").is_file()


def test_of_contributions_only_their_mean_size_is_logged(workspace, run, centre):
    folder = next((workspace / "mlartifacts").glob("*/artifacts/evaluation"))
    sizes = pd.read_csv(folder / "contribution_sizes.csv")
    assert set(sizes["feature"]) == {feature.name for feature in centre.features}
    assert sizes["mean_size"].is_monotonic_decreasing
    families = {f"contributions/{feature.family}" for feature in centre.features}
    logged = dict(rows(workspace, "select key, value from latest_metrics where key like 'contributions/%'"))
    assert logged.keys() == families
    assert sum(logged.values()) == pytest.approx(sizes["mean_size"].sum())


def test_no_agent_is_named_in_the_registry_or_its_artifacts(workspace, centre):
    agents = [agent.encode() for agent in centre.panel["agent_id"].unique()[:50]]
    for path in [workspace / "mlflow.db", *(workspace / "mlartifacts").rglob("*.*")]:
        content = path.read_bytes() if path.is_file() else b""
        assert not any(agent in content for agent in agents), path.name


def test_a_workspace_that_was_moved_still_has_its_champion(workspace, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(workspace, moved)
    assert load_model_in_use(moved).version == "2"
    assert aliases.folder_of(moved, "2").is_relative_to(moved)


def test_mlflows_own_commands_find_the_files_of_a_moved_workspace(workspace, tmp_path):
    moved = shutil.copytree(workspace, tmp_path / "elsewhere")
    pipeline.list_models(moved)
    places = [
        place for table, column in registry_file.ADDRESSES for (place,) in rows(moved, f"select {column} from {table}")
    ]
    assert {"elsewhere" in place for place in places if place and place.startswith("file:")} == {True}
    with connected(moved) as link:
        address = "models:/resignation@champion"
        files = link.mlflow.artifacts.download_artifacts(address, dst_path=tmp_path / "copy")
    assert (pathlib.Path(files) / "artifacts" / "fitted" / "model.json").is_file()


def test_what_is_recorded_after_a_move_lies_in_the_new_place(workspace, tmp_path, run, signature):
    moved = shutil.copytree(workspace, tmp_path / "elsewhere")
    before = {path for path in workspace.rglob("*") if path.is_file()}
    version = registry.log_run(moved, run, served=moved / "served.py", signature=signature)
    assert aliases.folder_of(moved, version).is_dir()
    assert {path for path in workspace.rglob("*") if path.is_file()} == before


def test_a_champion_whose_files_were_changed_is_refused(workspace, tmp_path):
    moved = tmp_path / "damaged"
    shutil.copytree(workspace, moved)
    (aliases.folder_of(moved, "2") / "model.json").write_text("{}")
    with pytest.raises(AttritionError, match=r"model\.json changed"):
        load_model_in_use(moved)


def test_a_champion_whose_files_are_gone_is_named(workspace, tmp_path):
    moved = tmp_path / "emptied"
    shutil.copytree(workspace, moved)
    shutil.rmtree(moved / "mlartifacts" / "models")
    with pytest.raises(AttritionError, match="the files of version 2 are gone"):
        load_model_in_use(moved)


def test_without_a_registry_the_command_that_makes_one_is_named_and_none_is_made(tmp_path):
    with pytest.raises(MissingProduct, match="attrition retrain"):
        load_model_in_use(tmp_path)
    assert (aliases.registered_versions(tmp_path), aliases.alias_history(tmp_path)) == ([], [])
    assert not list(tmp_path.iterdir())


def test_what_is_read_without_mlflow_is_what_its_client_reads(workspace, monkeypatch):
    quick = aliases.read_state(workspace)
    monkeypatch.setattr(registry_file, "SCHEMA_REVISIONS", ())
    assert aliases.read_state(workspace) == quick
    assert len(quick.versions) == 3
    assert quick.aliases == {"champion": "2", "previous": "1"}


@pytest.mark.parametrize("revision", ["00d3adb33f00", "1bd49d398cd2"])
def test_a_registry_of_another_mlflow_is_refused_and_unchanged(workspace, tmp_path, revision):
    moved = shutil.copytree(workspace, tmp_path / "upgraded")
    with closing(sqlite3.connect(moved / "mlflow.db")) as connection, connection:
        connection.execute("update alembic_version set version_num = ?", (revision,))
    before = (moved / "mlflow.db").read_bytes()
    change = AliasChange("promoted", "3", "2026-11-02T09:00:00+00:00", "a test", "it may")
    with pytest.raises(UserError, match=r"mlflow.db was made by (another|a later) version of MLflow"):
        aliases.promote(moved, change, old_champion="2")
    with pytest.raises(UserError, match=r"mlflow.db was made by (another|a later) version of MLflow"):
        aliases.require_answer(moved)
    assert (moved / "mlflow.db").read_bytes() == before


def test_the_schema_that_mlflow_makes_is_read_without_it(workspace):
    assert registry_file.read_file(workspace, "resignation") is not None


def test_mlflow_points_where_it_pointed_before(workspace, tmp_path):
    import mlflow

    before = mlflow.get_tracking_uri()
    again = shutil.copytree(workspace, tmp_path / "again")
    registry.log_checks(again, "2", [PASSED], artifacts=again / "card")
    assert mlflow.get_tracking_uri() == before
