import json
import shutil
import sqlite3

import pytest

from attrition.errors import AttritionError, NotMadeYet
from attrition.model import registry
from attrition.model.bar import Check

# A stand-in for the served model, which lives one layer further: the smallest file that MLflow can run.
SERVED = """
import mlflow.models, mlflow.pyfunc, pandas as pd
class Served(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: pd.DataFrame, params=None) -> pd.DataFrame:
        return model_input
mlflow.models.set_model(Served())
"""
MANIFEST = [{"file": "exits.csv", "rows": 3, "sha256": "ab" * 32}]


@pytest.fixture(scope="module")
def kept(fitted, exam):
    return registry.Record(fitted, exam, [Check("calibration slope", True, "1.00")], MANIFEST, 'name = "resignation"\n')


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, kept):
    """Two registered versions, the first promoted and then the second."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    folder = tmp_path_factory.mktemp("workspace")
    served = folder / "served.py"
    served.write_text(SERVED)
    signature = ModelSignature(Schema([ColSpec(DataType.double, "pay_market_ratio", required=False)]))
    versions = [registry.record(folder, kept, served=served, signature=signature) for _ in range(2)]
    assert versions == ["1", "2"]
    with pytest.raises(NotMadeYet):
        registry.champion(folder)
    for version in versions:
        registry.promote(folder, version)
    return folder


def rows(workspace, query):
    connection = sqlite3.connect(workspace / "mlflow.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_champion_is_the_model_that_was_recorded_and_says_its_version(workspace, kept, centre):
    fitted, version = registry.champion(workspace)
    assert version == "2"
    assert fitted.score(centre.panel.tail(50)).equals(kept.fitted.score(centre.panel.tail(50)))


def test_the_champion_before_stays_at_hand(workspace):
    aliases = dict(rows(workspace, "select alias, version from registered_model_aliases"))
    assert aliases == {"champion": 2, "previous": 1}


def test_a_run_keeps_parameters_figures_inputs_code_and_declaration(workspace):
    keys = {key for (key,) in rows(workspace, "select key from metrics")}
    assert {"resignation_3m_auc", "resignation_3m_auc_low", "tenure_only_3m_auc", "canary_noise_features_auc"} <= keys
    tags = dict(rows(workspace, "select key, value from model_version_tags where version = 2"))
    assert tags["bar_met"] == "true"
    assert len(tags["code_sha256"]) == 64
    papers = next((workspace / "mlartifacts").glob("*/artifacts/examination"))
    names = {"calibration.png", "capture.png", "metrics.csv", "checks.json", "manifest.json", "resignation.toml"}
    assert names <= {path.name for path in papers.iterdir()}
    assert json.loads((papers / "manifest.json").read_text()) == MANIFEST


def test_no_agent_is_named_in_the_registry_or_its_artifacts(workspace, centre):
    agents = [agent.encode() for agent in centre.panel["agent_id"].unique()[:50]]
    for path in [workspace / "mlflow.db", *(workspace / "mlartifacts").rglob("*.*")]:
        content = path.read_bytes() if path.is_file() else b""
        assert not any(agent in content for agent in agents), path.name


def test_a_workspace_that_was_moved_still_has_its_champion(workspace, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(workspace, moved)
    folder, version = registry.champion_folder(moved)
    assert version == "2"
    assert folder.is_relative_to(moved)


def test_a_champion_whose_files_were_changed_is_refused(workspace, tmp_path):
    moved = tmp_path / "damaged"
    shutil.copytree(workspace, moved)
    folder, _ = registry.champion_folder(moved)
    (folder / "model.json").write_text("{}")
    with pytest.raises(AttritionError, match=r"model\.json changed"):
        registry.champion(moved)


def test_without_a_registry_the_command_that_makes_one_is_named_and_none_is_made(tmp_path):
    with pytest.raises(NotMadeYet, match="attrition retrain"):
        registry.champion(tmp_path)
    assert not list(tmp_path.iterdir())


def test_mlflow_points_where_it_pointed_before(workspace):
    import mlflow

    before = mlflow.get_tracking_uri()
    registry.champion_folder(workspace)
    assert mlflow.get_tracking_uri() == before
