"""What the registered model says of every agent of a month, asked by Spark's workers; nothing is collected.

The answers are those of the served model (`attrition.predict.served`): risks, bands, and who is not ranked and why,
which equal the table ``scores``; and the three largest drivers, relative to the months of the training, since a row at
a worker has no peers. The model is not asked about people who objected to being scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from attrition.data.spark_storage import spark_path
from attrition.errors import MissingProduct, UserError
from attrition.labels.outcomes import KEYS
from attrition.ledger.persons import objectors
from attrition.model.abstention import OBJECTED, has_stopped_source
from attrition.predict.inputs import IS_GONE, RUNNING, SITE, SOURCES

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

    from attrition.model.risk import FittedRisk


def answers_on_spark(
    session: SparkSession, workspace: Path, as_of: date, *, model: FittedRisk, model_uri: str
) -> DataFrame:
    """Return the answers of a model for the agents at risk at a month-end.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        Whose workers have this version of attrition.
    workspace : Path
        Its panel was built with ``engine = "spark"``; workers see it under this path. Its ledger says who objected.
    as_of : date
        The month-end.
    model : FittedRisk
        The model, which is asked here only which features it has, and how much of its gain each carries.
    model_uri : str
        The same model as MLflow knows it, such as ``models:/resignation@champion``. The workers load a copy.

    Returns
    -------
    pyspark.sql.DataFrame
        ``agent_id``, ``as_of``, ``risk_1m`` and so on, ``band``, ``drivers`` (JSON), ``model_version``, ``abstained``
        (boolean) and ``abstain_reason``; computed when it is written or counted. Whoever objected has nothing but that
        reason.

    Raises
    ------
    MissingProduct
        The panel is none of Spark's, or has no rows of this month.
    UserError
        A source has stopped: inputs that carry much of the model are missing for all agents of the month, so that
        nobody is ranked. `attrition score` says whom it concerns.
    """
    from mlflow.pyfunc import spark_udf
    from pyspark.sql.functions import col, lit, struct

    names, runs = [feature.name for feature in model.features], workspace / "runs"
    everybody = _month(session, runs / "panel.parquet", as_of).select(*KEYS, *names)
    has_objected = col("agent_id").isin(sorted(objectors(workspace)))
    rows = everybody.filter(~has_objected)
    if has_stopped_source(model, _is_missing(rows, names)):
        raise UserError(
            "a source has stopped by {as_of:%Y-%m}, so that nobody is ranked; see `attrition check`", as_of=as_of
        )
    outcomes = _month(session, runs / "outcomes.parquet", as_of)
    is_gone = (col("gone_known_on").isNotNull() & (col("gone_known_on") <= col("as_of"))).alias(IS_GONE)
    circumstances = outcomes.select("agent_id", SITE, is_gone).withColumn(SOURCES, lit(RUNNING))
    answer = spark_udf(session, model_uri, result_type=_result_type(model.horizons), env_manager="local")
    asked = rows.join(circumstances, "agent_id", "left")
    answered = asked.withColumn("answer", answer(struct(*names, SITE, IS_GONE, SOURCES)))
    answers = answered.select(*KEYS, *(_with_nulls(name) for name in _result_types(model.horizons)))
    reason = {"abstained": lit(True), "abstain_reason": lit(f"{OBJECTED}")}
    nothing = [reason.get(name, lit(None)).cast(kind).alias(name) for name, kind in answers.dtypes[len(KEYS) :]]
    return answers.union(everybody.filter(has_objected).select(*KEYS, *nothing))


def _month(session: SparkSession, dataset: Path, as_of: date) -> DataFrame:
    """Return the rows of a month of a dataset that has a folder for each."""
    folder = dataset / f"month={as_of:%Y-%m}"
    if not folder.is_dir():
        raise MissingProduct(str(folder.relative_to(dataset.parent)), 'attrition panel, with engine = "spark"')
    return session.read.parquet(spark_path(folder))


def _is_missing(rows: DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return which features have no value for anybody, for each of the agents, as `has_stopped_source` reads it."""
    from pyspark.sql.functions import count

    agents, *values = rows.agg(count("agent_id"), *(count(name) for name in names)).collect()[0]
    return np.broadcast_to(np.array(values) == 0, (agents, len(names)))


def _result_type(horizons: Sequence[int]) -> str:
    """Return the columns of an answer, as Spark writes them."""
    return ", ".join(f"{name} {kind}" for name, kind in _result_types(horizons).items())


def _result_types(horizons: Sequence[int]) -> dict[str, str]:
    texts = ("band", "drivers", "model_version", "abstained", "abstain_reason")
    return {f"risk_{horizon}m": "double" for horizon in horizons} | dict.fromkeys(texts, "string")


def _with_nulls(name: str) -> Column:
    """Return a column of the answer with nulls and truth values, which MLflow writes as words on Spark."""
    from pyspark.sql.functions import col, when

    value = col(f"answer.{name}")
    if name.startswith("risk_"):
        return value.alias(name)
    text = when(~value.isin("nan", "None"), value)
    return (text == "True" if name == "abstained" else text).alias(name)
