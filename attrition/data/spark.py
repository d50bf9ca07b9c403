"""Copy a centre's validated tables to Spark so that features can be built there (extra ``spark``)."""

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
from attrition.message import joined

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "false",
    "spark.driver.maxResultSize": "0",
}
"""Settings of the session: UTC, so that a date is the same day on every executor; partitions for a single machine;
no web page and no progress bar; casts that fail give null instead of an error, as on DuckDB (`ansi.enabled`); no limit
to what is fetched, since the parts of the panel are put together here (`attrition.features.registry`)."""


def connect(folder: Path) -> ibis.BaseBackend:
    """Return an Ibis backend on the Spark session of this process; the session is started if there is none.

    Parameters
    ----------
    folder : Path
        Where cached tables (`Table.cache()`) and Spark's own messages (``spark.log``) are written.

    Raises
    ------
    MissingExtra
        The extra ``spark`` is not installed.
    UserError
        Java could not be started; the message holds the first lines of what Spark wrote.
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
    backend = ibis.pyspark.connect(session)
    # Ibis calls this method for `Table.cache()`. Its own version caches in Spark's memory, where the cached table keeps
    # the query that made it, and Spark plans that query again for every later query. A Parquet file has no such query.
    backend._cached_table = partial(_cache_as_parquet, backend, folder)
    return backend


def _start_java(log: Path) -> None:
    """Start Spark's Java process, unless one is running, and send its messages to a file instead of the terminal."""
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
            raise UserError("Spark could not start Java: {reasons}", reasons=joined("; ", reasons)) from None
    SparkContext(conf=settings, gateway=gateway)


def _cache_as_parquet(backend: ibis.BaseBackend, folder: Path, table: ir.Table) -> ir.Table:
    """Write a table as Parquet and return the written file as a table of the backend."""
    name = gen_name("cached")
    table.to_parquet(str(folder / name))
    return backend.read_parquet(str(folder / name), table_name=name)


def to_spark(tables: Mapping[str, ir.Table], folder: Path) -> dict[str, ir.Table]:
    """Write validated tables as Parquet into a folder, and return them as tables of a Spark backend, by name.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated tables with ``known_on`` and ``superseded_on``.
    folder : Path
        An empty folder that Spark's executors can read; it must exist as long as the tables are used.
    """
    backend = connect(folder)
    spark_tables = {}
    for name, table in tables.items():
        path = folder / f"validated_{name}.parquet"
        table.to_parquet(path)
        spark_tables[name] = backend.read_parquet(str(path), table_name=f"validated_{name}")
    return spark_tables
