"""pipelines/panel.toml: the engine that builds the panel, whose catalog can hold tables of the contract."""

from __future__ import annotations

from typing import Literal

from attrition.data.spark import SparkCluster
from attrition.declared import Declaration


class PanelJob(Declaration):
    """pipelines/panel.toml: on which engine the features are built."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    """DuckDB on this machine, or Spark (needs the extra `spark` and Java)."""
    spark: SparkCluster = SparkCluster()
    """Which Spark, where `engine` is "spark"."""
