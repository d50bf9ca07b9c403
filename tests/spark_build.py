"""Build the panel with Spark in a process of its own, which fails when people's rows come to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from attrition import workspace as workspaces
from attrition.data.synthetic import sources_toml, write_centre
from tests.spark_cluster import HERE, Host, environment

BUILD = """
import sys
from pathlib import Path
from pyspark.sql.classic.dataframe import DataFrame
from attrition.data.progress import silent

def guarded(method):
    def refusing(frame, *options, **named):
        if "agent_id" in frame.columns:
            raise AssertionError("a table with people's rows is collected on the driver")
        return method(frame, *options, **named)
    return refusing

for name in ("collect", "toArrow", "toPandas", "toLocalIterator", "_collect_as_arrow", "take", "head"):
    setattr(DataFrame, name, guarded(getattr(DataFrame, name)))
from attrition.data import spark_tables
from attrition.data.spark_storage import SparkStorage
from attrition.steps import panel

spark_tables.MANY_ROWS = 1  # the workers read every typed table themselves
copy = SparkStorage.of_duckdb
def copied(storage, name, table):
    if name in ("shifts", "contacts", "interactions", "qa_evaluations", "service_levels"):
        raise AssertionError("a typed table is copied by the driver")
    return copy(storage, name, table)
SparkStorage.of_duckdb = copied
if "collected" in sys.argv:  # what shows that the guard is awake
    keep = SparkStorage.keep
    SparkStorage.keep = lambda storage, table: (table.to_pandas(), keep(storage, table))[1]
panel.build_panel(Path(sys.argv[1]), progress=silent)
"""


def write_workspace(workspace: Path, *, agents: int, months: int) -> None:
    workspaces.write_starter(workspace)
    write_centre(workspace / "exports", agents=agents, months=months, seed=1)
    (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")


def build_in_a_process(workspace: Path, declaration: str, *words: str, place: Host = HERE) -> str:
    """Build the panel; return what the process wrote to the terminal about errors."""
    (workspace / "pipelines" / "panel.toml").write_text(declaration, encoding="utf-8")
    command = [*place.there, sys.executable, "-c", BUILD, str(workspace), *words]
    return subprocess.run(command, env=environment(place), capture_output=True, text=True, check=False).stderr
