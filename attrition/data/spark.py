"""The session of Spark on which a panel is built: the cluster's own where one is declared, else one on this machine."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from attrition.declared import Declaration
from attrition.errors import MissingExtra, UserError
from attrition.message import Message, joined

if TYPE_CHECKING:
    import ibis
    from pyspark.sql import SparkSession

VALUES = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""What the values of a panel depend on, so that it is set in every session: UTC, so that a date is the same day on
every worker; and casts that fail give null instead of an error, as on DuckDB."""
QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
"""Settings unless others are declared, here or to `spark-submit`; Spark's notes can name values of rows."""
ON_THIS_MACHINE = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1))}
"""Further such settings where Spark runs on this machine alone: no web page, and few parts of a table. On a cluster
both are the cluster's, whose adaptive execution merges small parts."""

REPEATING = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")
"""Loggers of PySpark's that print an error of a query, whose text may hold values of rows, before it is raised."""
_STARTING = threading.Lock()
"""A process has one Spark; of several threads that want it, the first starts it."""
JAVA_OPTIONS = "JDK_JAVA_OPTIONS"
"""Options of every Java that this process starts; those of Spark's settings come after them."""
ONE_COMPILER = "-XX:TieredStopAtLevel=1"
"""Java's second compiler makes code faster that runs for long. The driver of a cluster plans some hundred queries and
computes no row, so that it would work longer at compiling than at all else."""


class SparkFailed(UserError):
    """Spark could not run a query on the tables."""


class SparkCluster(Declaration):
    """`[spark]` in pipelines/panel.toml: which Spark builds the panel, and where its workers read and write."""

    master: str = ""
    """The master of a cluster: "spark://host:7077", "yarn", "k8s://https://host". Without it, and without `remote`, the
    session is that of `spark-submit`, with what its command line says, or of the notebook; without those, Spark runs on
    this machine."""
    remote: str = ""
    """The address of a server of Spark Connect instead of a master: "sc://host:15002"."""
    storage: str = ""
    """A folder that this machine and all workers have under this path, for tables that last as long as a run. By
    default it is in the workspace, which must lie on such storage as well: workers write `runs/panel.parquet`."""
    settings: dict[str, str] = Field(default_factory=dict)
    """Settings of Spark for this session, such as "spark.executor.memory" = "8g"; all others are the cluster's own."""

    @model_validator(mode="after")
    def _one_address(self) -> SparkCluster:
        if self.master and self.remote:
            raise ValueError(Message("master and remote are two addresses; keep one of them"))
        return self

    @property
    def is_elsewhere(self) -> bool:
        """Whether an address is declared."""
        return bool(self.master or self.remote)


def connect(cluster: SparkCluster, *, log: Path) -> ibis.BaseBackend:
    """Return an Ibis backend on a session of its own: temporary views and settings are no other session's.

    Parameters
    ----------
    cluster : SparkCluster
        What `pipelines/panel.toml` declares.
    log : Path
        The file that Spark's own messages are written to where this process starts Spark.

    Raises
    ------
    MissingExtra
        The extra ``spark`` is not installed.
    UserError
        Java could not be started, or the cluster cannot be reached; with the first lines of what Spark wrote.
    """
    try:
        import ibis
        from pyspark.logger import PySparkLogger
    except ImportError:
        raise MissingExtra("spark", "a panel on Spark") from None
    for name in REPEATING:
        PySparkLogger.getLogger(name).disabled = True
    with _STARTING:
        session = _remote_session(cluster) if cluster.remote else _session(cluster, log)
    for key, value in VALUES.items():
        session.conf.set(key, value)
    return ibis.pyspark.connect(session)


def session_of(backend: ibis.BaseBackend) -> SparkSession:
    """Return the session of a backend from `connect`."""
    session: SparkSession = backend._session
    return session


@contextmanager
def naming_failure() -> Iterator[None]:
    """Turn an error of Spark, whose text may hold values of rows, into one that says where to look.

    Raises
    ------
    SparkFailed
        A query failed.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise SparkFailed(
            "Spark could not read the tables ({kind}); the workers must see the workspace and spark.storage under the "
            "same paths as this machine, and their logs say what else was wrong",
            kind=type(error).__name__,
        ) from None


@contextmanager
def options_of_java(options: str) -> Iterator[None]:
    """Give these options, before those that are set, to a Java that is started in the block."""
    before = os.environ.get(JAVA_OPTIONS)
    if not options:
        yield
        return
    os.environ[JAVA_OPTIONS] = f"{options} {before or ''}".strip()
    try:
        yield
    finally:
        os.environ.pop(JAVA_OPTIONS)
        os.environ.update({} if before is None else {JAVA_OPTIONS: before})


def _session(cluster: SparkCluster, log: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = cluster.settings | ({"spark.master": cluster.master} if cluster.master else {})
    with options_of_java(ONE_COMPILER if cluster.is_elsewhere else ""):
        is_ours = _start_spark(settings, log)
    session = SparkSession.builder.getOrCreate()
    return session if is_ours else session.newSession()


def _remote_session(cluster: SparkCluster) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
        from pyspark.sql.connect.session import SparkSession as Connected  # noqa: F401
    except ImportError:
        raise UserError('Spark Connect needs further packages: pip install "pyspark[connect]"') from None
    warnings.filterwarnings("ignore", "'verifySchema' is ignored", UserWarning)  # Ibis says it of every small table
    builder = SparkSession.builder.remote(cluster.remote)
    for key, value in cluster.settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _start_spark(settings: Mapping[str, str], log: Path) -> bool:
    """Start Spark unless it is running, with its messages in a file, and return whether it was started.

    Under `spark-submit` its Java is there already, and what its command line says stands unless these settings say
    otherwise.
    """
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None:
        return False
    options = SparkConf().setAll(list({"spark.app.name": "attrition", **settings}.items()))
    with log.open("wb") as messages:
        try:
            gateway = launch_gateway(options, popen_kwargs={"stderr": messages})
        except PySparkException:
            raise UserError("Spark could not start Java: {reasons}", reasons=_first_lines(log)) from None
    conf = SparkConf(_jvm=gateway.jvm).setAll(list(settings.items()))
    is_alone = conf.get("spark.master", "local").startswith("local")
    for key, value in (QUIET | (ON_THIS_MACHINE if is_alone else {})).items():
        conf.setIfMissing(key, value)
    try:
        SparkContext(conf=conf, gateway=gateway)
    except Py4JError:
        reasons = _first_lines(log) or Message("the messages of spark-submit say why")
        raise UserError("Spark could not start: {reasons}", reasons=reasons) from None
    return True


def _first_lines(log: Path) -> str:
    """Return what Spark wrote first, but for the note about options."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return joined("; ", [line for line in lines if JAVA_OPTIONS not in line][:3])
