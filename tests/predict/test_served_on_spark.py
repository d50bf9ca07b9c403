"""The registered model as a Spark function: the same risks on many machines as on one."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

import attrition
from attrition.errors import UserError
from attrition.labels.outcomes import KEYS
from attrition.ledger.persons import find_person, object_to_scoring
from attrition.model.persistence import save_fitted
from attrition.model.registry_records import ARTIFACT
from attrition.predict.scores import scores
from attrition.predict.served import signature
from attrition.predict.spark_answers import answers_on_spark

HOUSE = Path(attrition.__file__).parent.parent
pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*An input example was not provided:UserWarning"),  # it would be a person's
]
ROWS = 60
NULL_WORDS = ["nan", "None"]
"""What MLflow makes of a text that is null, on Spark."""


@pytest.fixture(scope="module")
def model(month, tmp_path_factory):
    """The served model in a folder, as MLflow writes it."""
    folder = tmp_path_factory.mktemp("spark")
    save_fitted(month.fitted, folder / "fitted")
    mlflow.pyfunc.save_model(
        str(folder / "served"),
        python_model=str(HOUSE / "attrition" / "predict" / "served_model.py"),
        artifacts={ARTIFACT: str(folder / "fitted")},
        signature=signature(month.fitted.features, month.fitted.horizons),
        pip_requirements=[],
    )
    return str(folder / "served")


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """One worker, which finds this attrition."""
    pyspark = pytest.importorskip("pyspark", reason="the extra spark is not installed")
    folder = tmp_path_factory.mktemp("spark_session")
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYSPARK_PYTHON")}
    os.environ |= {"PYTHONPATH": str(HOUSE), "PYSPARK_PYTHON": sys.executable}
    builder = pyspark.sql.SparkSession.builder.master("local[1]").appName("attrition test")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def test_spark_gives_the_risks_that_one_machine_gives(model, month, spark):
    from pyspark.sql.functions import struct

    features = month.features
    frame = month.frame[[feature.name for feature in features]].head(ROWS)
    frame = frame.assign(site="Foshan", is_gone=[None, *[False, True] * 30][:ROWS], sources="running")
    alone = mlflow.pyfunc.load_model(model).predict(frame)
    kinds = ", ".join(f"{feature.name} {'string' if feature.is_category else 'double'}" for feature in features)
    rows = [
        (place, *(None if pd.isna(value) else value for value in row))
        for place, row in enumerate(frame.itertuples(index=False))
    ]
    kinds += ", site string, is_gone boolean, sources string"
    table = spark.createDataFrame(rows, f"place int, {kinds}").repartition(2)
    result = "risk_1m double, risk_3m double, risk_6m double, band string, drivers string, model_version string"
    result += ", abstained string, abstain_reason string"
    risks = mlflow.pyfunc.spark_udf(spark, model, result_type=result, env_manager="local")
    # Columns of a struct go by name, in whatever order; plain arguments would go by place.
    answered = table.withColumn("answer", risks(struct(*table.columns[1:][::-1]))).select("place", "answer.*")
    there = pd.DataFrame([row.asDict() for row in answered.collect()]).sort_values("place", ignore_index=True)
    assert len(there) == ROWS
    for risk in ("risk_1m", "risk_3m", "risk_6m"):
        np.testing.assert_array_equal(there[risk], alone[risk])
    for text in ("band", "drivers", "abstained", "abstain_reason"):
        words = alone[text].astype(object).where(alone[text].notna(), "").astype(str)
        assert there[text].replace(NULL_WORDS, "").tolist() == words.tolist()
    assert (there["abstained"] == "None").tolist() == [True] + [False] * (ROWS - 1)


def test_a_month_of_the_panel_is_answered_by_the_workers_as_the_table_of_scores_says(model, month, spark, tmp_path):
    as_of = month.frame["as_of"].iloc[0]
    frame = month.frame.head(ROWS)
    is_gone = pd.Series([True, *[False] * (ROWS - 1)], index=pd.MultiIndex.from_frame(frame[KEYS]))
    gone_known_on = pd.Series(pd.NaT, index=frame.index).astype("datetime64[us]").where(~is_gone.to_numpy(), as_of)
    outcomes = frame[KEYS].assign(site="Foshan", gone_known_on=gone_known_on)
    for name, table in (("panel", frame), ("outcomes", outcomes)):
        folder = tmp_path / "runs" / f"{name}.parquet" / f"month={as_of:%Y-%m}"
        folder.mkdir(parents=True)
        table.to_parquet(folder / "part-0.parquet", index=False)
    answered = answers_on_spark(spark, tmp_path, as_of, model=month.fitted, model_uri=model)
    there = pd.DataFrame([row.asDict() for row in answered.collect()]).sort_values("agent_id", ignore_index=True)
    table = scores(month.fitted, frame, version="unregistered", is_gone=is_gone).sort_values("agent_id")
    for horizon in month.fitted.horizons:
        of_horizon = table[table["horizon_months"] == horizon]
        np.testing.assert_array_equal(there[f"risk_{horizon}m"], of_horizon["risk"])
    assert there["agent_id"].tolist() == of_horizon["agent_id"].tolist()
    assert there["abstained"].tolist() == of_horizon["abstained"].tolist()
    assert there["band"].fillna("").tolist() == of_horizon["band"].astype(object).fillna("").tolist()
    assert there["abstain_reason"].notna().tolist() == of_horizon["abstained"].tolist()
    objector = there["agent_id"].iloc[-1]
    object_to_scoring(tmp_path, find_person(tmp_path, objector), since=date(2026, 1, 1))
    answered = answers_on_spark(spark, tmp_path, as_of, model=month.fitted, model_uri=model)
    later = pd.DataFrame([row.asDict() for row in answered.collect()]).set_index("agent_id")
    assert later.loc[objector].dropna().to_dict() == {
        "as_of": later.loc[objector, "as_of"],
        "abstained": True,
        "abstain_reason": "objected to being scored",
    }
    others = there.set_index("agent_id").drop(objector)
    assert later.drop(objector)["risk_3m"].sort_index().tolist() == others["risk_3m"].tolist()


def test_a_month_in_which_a_source_has_stopped_is_refused(month, spark, tmp_path):
    as_of = month.frame["as_of"].iloc[0]
    frame = month.frame.head(ROWS)
    frame = frame[KEYS].assign(**{feature.name: None for feature in month.features})
    (folder := tmp_path / "runs" / "panel.parquet" / f"month={as_of:%Y-%m}").mkdir(parents=True)
    frame.to_parquet(folder / "part-0.parquet", index=False)
    with pytest.raises(UserError, match="a source has stopped"):
        answers_on_spark(spark, tmp_path, as_of, model=month.fitted, model_uri="nowhere")
