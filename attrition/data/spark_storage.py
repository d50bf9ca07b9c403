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
import pyarrow.parquet as pq
from ibis.expr.operations import DatabaseTable, Namespace
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
        return self.table_of(path, written_types(path))

    def keep(self, table: ir.Table) -> ir.Table:
        """Compute a table once, on the workers, and return what they wrote, in the types that Ibis gives its columns.

        Spark's are others at times: a year times 12 is a short integer there, and a long one for Ibis.
        """
        self.backend._run_pre_execute_hooks(table)
        kinds = spark_types(table)
        typed = (
            f"CAST({_quoted(kind.name)} AS {kind.dataType.simpleString()}) AS {_quoted(kind.name)}" for kind in kinds
        )
        query = f"SELECT {', '.join(typed)} FROM ({self.backend.compile(table)})"
        return self.kept(session_of(self.backend).sql(query), kinds)

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
        kinds = _of_arrow(schema)
        return self.kept(self.frame(table).mapInArrow(partial(_batches, function, schema), kinds), kinds)

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

        kinds, groups = _of_arrow(schema), self.frame(table).groupBy(expr(f"pmod(hash(`{by}`), {GROUPS})"))
        return self.kept(groups.applyInArrow(partial(_of_table, function, schema), kinds), kinds)

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

    def keep_months(self, table: ir.Table) -> Path:
        """Compute a table once, and return the dataset that the workers wrote, with a folder for each month."""
        folder = self.folder / gen_name("months")
        folder.mkdir()
        self.write_months(table, folder, within=())
        return folder

    def run_for_each(self, function: Callable[[str], int], names: Sequence[str]) -> None:
        """Let the workers call a function for each name, as many at a time as there are cores for.

        Parameters
        ----------
        function : callable
            It writes what it makes to the storage, and returns a number of rows; it may be called again for a name.
        names : sequence of str
            Such as those of the folders of `keep_months`.
        """
        numbers = session_of(self.backend).range(0, len(names), 1, max(1, len(names)))
        numbers.mapInArrow(partial(_called, function, list(names)), "rows bigint").collect()

    def frame(self, table: ir.Table) -> DataFrame:
        """Return a table as Spark's own data frame; nothing is computed."""
        self.backend._run_pre_execute_hooks(table)
        return session_of(self.backend).sql(self.backend.compile(table))

    def kept(self, frame: DataFrame, kinds: StructType) -> ir.Table:
        """Let the workers write a data frame, which has columns of these types, and return what they wrote."""
        path = self.folder / gen_name("kept")
        frame.write.parquet(spark_path(path))
        return self.table_of(path, kinds)

    def table_of(self, path: Path, kinds: StructType) -> ir.Table:
        """Return a dataset whose columns have these types; nothing is asked of the session, which would analyse it."""
        from ibis.backends.pyspark.datatypes import PySparkType

        session_of(self.backend).read.schema(kinds).parquet(spark_path(path)).createOrReplaceTempView(path.stem)
        schema = ibis.schema({kind.name: PySparkType.to_ibis(kind.dataType) for kind in kinds})
        return DatabaseTable(path.stem, schema=schema, source=self.backend, namespace=Namespace()).to_expr()


def spark_types(table: ir.Table) -> StructType:
    """Return the columns of a table in the types of Spark that Ibis gives them."""
    from ibis.backends.pyspark.datatypes import PySparkType
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(name, PySparkType.from_ibis(kind)) for name, kind in table.schema().items()])


def written_types(path: Path) -> StructType:
    """Return the columns of a Parquet file in Spark's types, as a task of Spark's would find them in its footer."""
    return _of_arrow(pq.read_schema(path))


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


def _called(
    function: Callable[[str], int], names: Sequence[str], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield what a function returns for the names of these numbers; this runs on the workers."""
    for batch in batches:
        yield pa.record_batch({"rows": [function(names[number]) for number in batch["id"].to_pylist()]})


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


def _of_arrow(schema: pa.Schema) -> StructType:
    """Return a schema of Arrow in Spark's types; moments without a zone stay so."""
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructField, StructType

    kinds = from_arrow_schema(schema, prefer_timestamp_ntz=True)
    return StructType([StructField(kind.name, kind.dataType) for kind in kinds])


def _quoted(name: str) -> str:
    """Quote the name of a column for Spark."""
    return "`" + name.replace("`", "``") + "`"
