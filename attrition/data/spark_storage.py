"""Tables on storage that Spark's workers see: written by them as Parquet and read by them; no row passes this process.

Every table that is used more than once is such a dataset. Spark keeps the query of a table that it caches itself, and
plans that query again for every later one; a Parquet dataset has no query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from attrition.data.alive import living_folder, remove_dead
from attrition.data.modes import make_folder
from attrition.data.spark import SparkCluster, connect, session_of
from attrition.data.swap import HIDDEN
from attrition.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

PREFIX = "attrition-spark-"
"""Begins the name of the folder of a run."""
GROUPS = 16
"""Into so many parts of whole agents, or whole teams, a table is divided by `SparkStorage.of_groups`."""
FrameFunction: TypeAlias = "Callable[[pd.DataFrame], pd.DataFrame]"
"""A function of a module of this package, which is installed on the workers too."""
TYPES = {
    pa.string(): "string",
    pa.float64(): "double",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
}


@dataclass(frozen=True, eq=False)
class SparkStorage:
    """A folder that all workers see, and the session that reads and writes there.

    Parameters
    ----------
    backend : ibis.BaseBackend
        From `attrition.data.spark.connect`.
    folder : Path
        It has the same path on this machine and on every worker.
    """

    backend: ibis.BaseBackend
    folder: Path

    def of_duckdb(self, name: str, table: ir.Table) -> ir.Table:
        """Copy a table of DuckDB to the storage, in a stream, and return it as Spark's."""
        path = self.folder / f"{name}.parquet"
        table.to_parquet(path)
        return self.table_of(path)

    def keep(self, table: ir.Table) -> ir.Table:
        """Compute a table once, on the workers, and return what they wrote, in the types that Ibis gives its columns.

        Spark's are others at times: a year times 12 is a short integer there, and a long one for Ibis.
        """
        from ibis.backends.pyspark.datatypes import PySparkType

        frame = self.frame(table)
        typed = [frame[name].cast(PySparkType.from_ibis(kind)) for name, kind in table.schema().items()]
        return self.kept(frame.select(*typed))

    def of_rows(self, table: ir.Table, function: FrameFunction, schema: pa.Schema) -> ir.Table:
        """Return what a function of pandas makes of the rows, which the workers call for some of them at a time.

        Parameters
        ----------
        table : ibis.Table
            A table of this backend.
        function : callable
            Its result for a row must not depend on other rows.
        schema : pyarrow.Schema
            Columns and types of the result.
        """
        mapped = self.frame(table).mapInArrow(partial(_batches, function, schema), _ddl(schema))
        return self.kept(mapped)

    def of_groups(self, table: ir.Table, function: FrameFunction, schema: pa.Schema, *, by: str) -> ir.Table:
        """Return what a function of pandas makes of the rows, which the workers call for whole groups of them.

        Parameters
        ----------
        table, function, schema
            As for `of_rows`; the result for a row may depend on rows with the same `by`.
        by : str
            A column, such as ``agent_id``. All rows with one value of it come together, with those of other values.
        """
        from pyspark.sql.functions import expr

        groups = self.frame(table).groupBy(expr(f"pmod(hash(`{by}`), {GROUPS})"))
        return self.kept(groups.applyInArrow(partial(_of_table, function, schema), _ddl(schema)))

    def write_months(self, table: ir.Table, folder: Path, *, within: Sequence[str]) -> None:
        """Write a table as a Parquet dataset with a folder for each month, ``month=2026-01``.

        Parameters
        ----------
        table : ibis.Table
            With ``as_of``.
        folder : Path
            It exists and is empty. The files of a month hold all columns, ``as_of`` among them.
        within : sequence of str
            Columns that order the rows of a month.
        """
        from pyspark.sql.functions import date_format

        frame = self.frame(table).withColumn("month", date_format("as_of", "yyyy-MM"))
        ordered = frame.repartition("month").sortWithinPartitions("month", *within)
        ordered.write.mode("append").partitionBy("month").parquet(spark_path(folder))
        for mark in (*folder.rglob("_SUCCESS"), *folder.rglob(".*.crc")):
            mark.unlink()

    def frame(self, table: ir.Table) -> DataFrame:
        """Return a table as Spark's own data frame; nothing is computed."""
        self.backend._run_pre_execute_hooks(table)
        return session_of(self.backend).sql(self.backend.compile(table))

    def kept(self, frame: DataFrame) -> ir.Table:
        """Let the workers write a data frame, and return what they wrote."""
        path = self.folder / gen_name("kept")
        frame.write.parquet(spark_path(path))
        return self.table_of(path, frame.schema)

    def table_of(self, path: Path, schema: StructType | None = None) -> ir.Table:
        """Return a dataset as a table; without its schema, a task reads that from a file."""
        reader = session_of(self.backend).read
        reader = reader if schema is None else reader.schema(schema)
        reader.parquet(spark_path(path)).createOrReplaceTempView(path.stem)
        return self.backend.table(path.stem)


def spark_path(path: Path) -> str:
    """Return a path as Spark reads it: of a file system, whatever the cluster's default is, and nothing in it escaped.

    Examples
    --------
    >>> spark_path(Path("/mnt/座席 2026/month=2026-01"))
    'file:///mnt/座席 2026/month=2026-01'
    """
    return f"file://{path.absolute().as_posix()}"


@contextmanager
def spark_storage(cluster: SparkCluster, workspace: Path) -> Iterator[SparkStorage]:
    """Yield the storage of one run; it is emptied at the end, or by the next run where this process is killed.

    Raises
    ------
    UserError
        The declared folder is not there.
    MissingExtra
        The extra ``spark`` is not installed.
    """
    parent = Path(cluster.storage).expanduser() if cluster.storage else workspace / HIDDEN
    if cluster.storage and not parent.is_dir():
        raise UserError("pipelines/panel.toml: spark.storage: there is no folder {folder}", folder=parent)
    make_folder(parent)
    remove_dead(parent.glob(f"{PREFIX}*"))
    with living_folder(parent.resolve(), PREFIX) as folder:
        backend = connect(cluster, log=folder / "spark.log")
        storage = SparkStorage(backend, folder)
        backend._cached_table = storage.keep  # what `Table.cache()` calls
        yield storage


def _batches(function: FrameFunction, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what a function makes of each batch; this runs on the workers."""
    for batch in batches:
        if batch.num_rows:
            yield from _of_table(function, schema, pa.Table.from_batches([batch])).to_batches()


def _of_table(function: FrameFunction, schema: pa.Schema, table: pa.Table) -> pa.Table:
    """Return what a function of pandas makes of a table; this runs on the workers."""
    rows = function(table.to_pandas())
    if surplus := set(rows.columns) - set(schema.names):
        raise LookupError(f"columns that the schema of the result does not name: {', '.join(sorted(surplus))}")
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False)


def _ddl(schema: pa.Schema) -> str:
    """Return a schema as Spark writes it."""
    return ", ".join(f"`{field.name}` {TYPES[field.type]}" for field in schema)
