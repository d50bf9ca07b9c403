"""Copy a centre's checked tables to Spark, where the same features are built (extra ``spark``)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from attrition.errors import MissingExtra, UserError

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "false",
}
"""UTC, so that a date is the same day everywhere; the partitions of one machine."""


def connect(folder: Path) -> ibis.BaseBackend:
    """Open the Spark session of this process, or the one that a cluster's launcher configured.

    Parameters
    ----------
    folder : Path
        Where intermediate results are stored that several queries read. In memory Spark would keep the query and
        plan all of it again for every query on its result. Spark's own messages go to ``spark.log`` there.

    Raises
    ------
    MissingExtra
        The extra ``spark`` is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtra("spark", "a panel on Spark") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    _start_java(folder / "spark.log")
    builder = SparkSession.builder.appName("attrition")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    con = ibis.pyspark.connect(session)
    con._cached_table = partial(_cached, con, folder)
    return con


def _start_java(log: Path) -> None:
    """Start Spark's Java process, unless there is one, with its messages in a file and not in the terminal."""
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None:
        return
    settings = SparkConf().setAppName("attrition").setAll(list(SETTINGS.items()))
    with log.open("wb") as messages:
        try:
            gateway = launch_gateway(settings, popen_kwargs={"stderr": messages})
        except PySparkException:
            reasons = log.read_text(encoding="utf-8", errors="replace").splitlines()[:3]
            raise UserError(f"Spark could not start Java: {'; '.join(reasons)}") from None
    SparkContext(conf=settings, gateway=gateway)


def _cached(con: ibis.BaseBackend, folder: Path, table: ir.Table) -> ir.Table:
    name = gen_name("cached")
    table.to_parquet(str(folder / name))
    return con.read_parquet(str(folder / name), table_name=name)


def to_spark(tables: Mapping[str, ir.Table], folder: Path) -> dict[str, ir.Table]:
    """Write checked tables as Parquet into a folder that Spark can read, and open them there.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked tables with ``known_on`` and ``superseded_on``.
    folder : Path
        An empty folder, which must exist as long as the tables are used.
    """
    spark = connect(folder)
    opened = {}
    for name, table in tables.items():
        path = folder / f"checked_{name}.parquet"
        table.to_parquet(path)
        opened[name] = spark.read_parquet(str(path), table_name=f"checked_{name}")
    return opened


def from_spark(table: ir.Table, con: ibis.BaseBackend, folder: Path) -> ir.Table:
    """Compute a table on Spark and open the result on the engine that writes products."""
    path = folder / "from_spark"
    table.to_parquet(str(path))
    return con.read_parquet(str(path / "*.parquet"))
