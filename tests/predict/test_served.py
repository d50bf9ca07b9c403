from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import mlflow
import mlflow.models.utils
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

import attrition
from attrition.errors import UserError
from attrition.model.persistence import FORMAT, save_fitted
from attrition.model.registry_records import ARTIFACT
from attrition.predict.inputs import InvalidInput, from_frame
from attrition.predict.predictions import predictions
from attrition.predict.served import registered_version, signature
from tests.model.test_persistence import written_by_another_attrition
from tests.predict.test_predictions import as_json_rows

HOUSE = Path(attrition.__file__).parent.parent
BIN = Path(sys.executable).parent
COMMAND = "models serve -m models:/resignation@champion --env-manager local --workers 1 --port"
pytestmark = [
    pytest.mark.filterwarnings("ignore:The ``noload``:sqlalchemy.exc.SADeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*An input example was not provided:UserWarning"),  # it would be a person's
]


@pytest.fixture(scope="module")
def address(month, tmp_path_factory):
    """Record the model in a registry of its own, as a retrain does; give the registry's address."""
    folder = tmp_path_factory.mktemp("registry")
    save_fitted(month.fitted, folder / "fitted")
    address = f"sqlite:///{folder / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=address)
    experiment = client.create_experiment("resignation", artifact_location=(folder / "mlartifacts").as_uri())
    mlflow.set_tracking_uri(address)
    with mlflow.start_run(experiment_id=experiment):
        mlflow.pyfunc.log_model(
            name="served",
            python_model=str(HOUSE / "attrition" / "predict" / "served_model.py"),
            artifacts={ARTIFACT: str(folder / "fitted")},
            signature=signature(month.fitted.features, month.fitted.horizons),
            pip_requirements=[],
            registered_model_name="resignation",
        )
    client.set_registered_model_alias("resignation", "champion", "1")
    return address


@pytest.fixture(scope="module")
def served(address):
    mlflow.set_tracking_uri(address)
    return mlflow.pyfunc.load_model("models:/resignation@champion")


def expected_predictions(month, rows):
    inputs = from_frame(month.frame.head(rows).drop(columns="as_of"), month.fitted.encoding)
    return pd.DataFrame(predictions(month.fitted, inputs, version="1"))


def test_the_model_out_of_the_registry_gives_the_bits_that_went_in(served, month):
    names = [feature.name for feature in month.features]
    pd.testing.assert_frame_equal(served.predict(month.frame[names].head(50)), expected_predictions(month, 50), rtol=0)


def test_mlflow_loads_no_model_of_another_format(served, address, tmp_path):
    """MLflow runs the served model's own code, which refuses by the number."""
    source = mlflow.artifacts.download_artifacts("models:/resignation@champion", tracking_uri=address)
    folder = shutil.copytree(source, tmp_path / "served")
    written_by_another_attrition(folder / "artifacts" / ARTIFACT, FORMAT - 2)
    with pytest.raises(UserError, match=f"has format {FORMAT - 2}, .*`attrition retrain`"):
        mlflow.pyfunc.load_model(str(folder))


def test_doubles_and_strings_come_out(served):
    assert {str(kind) for kind in served.metadata.get_output_schema().input_types()} == {
        "DataType.string",
        "DataType.double",
        "DataType.boolean",
    }


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("pay_market_ratio", "4711.5 secret", "text where a number is needed"),
        ("pay_market_ratio", "0.98", "text where a number is needed"),
        ("pay_market_ratio", True, "true or false where a number is needed"),
        ("pay_market_ratio", float("inf"), "infinity"),
        ("pay_market_ratio", [4711.5], "a nested value where a number is needed"),
        ("pay_market_ratio", pd.Timestamp("2026-01-31"), "a nested value where a number is needed"),
        ("schedule_work_mode", 4711.5, "something else where a text is needed"),
    ],
)
def test_it_is_strict_inside_and_names_field_and_row_and_no_value(served, month, field, value, fault):
    """Rows 1 and 3 are right, row 2 is not; what MLflow says of types would repeat all three."""
    names = [feature.name for feature in month.features]
    rows = month.frame[names].head(3).astype(object)
    rows[field] = [rows[field].iloc[0], value, rows[field].iloc[2]]
    with pytest.raises(InvalidInput) as refused:
        served.predict(rows)
    assert str(refused.value) == f"row 2, {field}: {fault}"


@pytest.mark.filterwarnings("ignore:.*extra inputs")
def test_rows_without_any_field_of_the_model_are_refused(served):
    with pytest.raises(InvalidInput, match="no rows that hold a field"):
        served.predict(pd.DataFrame({"favourite_colour": ["blue"]}))


def test_a_category_nobody_has_is_missing(served, month):
    names = [feature.name for feature in month.features]
    rows = month.frame[names].head(5)
    result = served.predict(rows.assign(schedule_work_mode=np.nan))
    pd.testing.assert_frame_equal(result, served.predict(rows.assign(schedule_work_mode=None)))
    pd.testing.assert_frame_equal(result, served.predict(rows.drop(columns="schedule_work_mode")))


def test_integers_are_numbers(served, month):
    names = [feature.name for feature in month.features]
    rows = month.frame[names].head(5)
    whole = rows.assign(tenure_days=range(100, 105))
    pd.testing.assert_frame_equal(served.predict(whole), served.predict(whole.astype({"tenure_days": float})))


def test_a_column_that_is_left_out_is_missing(served, month):
    names = [feature.name for feature in month.features if feature.name != "pay_market_ratio"]
    result = served.predict(month.frame[names].head(5))
    with_nulls = served.predict(month.frame[names].head(5).assign(pay_market_ratio=np.nan))
    pd.testing.assert_frame_equal(result, with_nulls)


def test_no_pickle_and_no_example_of_a_row_lies_in_the_registry(address):
    folder = Path(address.removeprefix("sqlite:///")).parent / "mlartifacts"
    assert not list(folder.rglob("*example*"))
    kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert ".txt" in kinds
    assert not kinds & {".pkl", ".pickle", ".joblib", ".cloudpickle"}


def test_a_model_in_a_plain_folder_is_unregistered(tmp_path):
    (tmp_path / "MLmodel").touch()
    assert registered_version(tmp_path / "artifacts" / "fitted") == "unregistered"


def test_mlflow_serves_the_champion_with_the_same_bits(address, month):
    body = json.dumps({"dataframe_records": as_json_rows(month, 50)})
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    process = subprocess.Popen(
        [str(BIN / "mlflow"), *f"{COMMAND} {port}".split()],
        env=os.environ
        | {"MLFLOW_TRACKING_URI": address, "PYTHONPATH": str(HOUSE), "PATH": f"{BIN}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/ping", process)
        reply = httpx.post(
            f"http://127.0.0.1:{port}/invocations",
            content=body,
            headers={"Content-Type": "application/json"},
            timeout=30,
        )
    finally:
        os.killpg(process.pid, 15)
        process.wait(10)
    assert pd.DataFrame(reply.json()["predictions"]).to_dict("list") == expected_predictions(month, 50).to_dict("list")


def _wait(url, process):
    """Wait until the server answers; two minutes are plenty."""
    for _ in range(480):
        assert process.poll() is None, "the server ended before it answered"
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within two minutes")
