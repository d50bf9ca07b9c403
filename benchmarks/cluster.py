"""Time `attrition panel` on a Spark cluster of this machine beside DuckDB, and count what Spark moved.

The cluster is a master and two workers with a core each, as processes of their own. Both engines build the same panel,
in processes of their own, DuckDB first. From Spark's event log: bytes shuffled between workers, bytes that Spark
wrote there, without the panel's files, which Python writes, and bytes of results that tasks sent to the driver. The
processor's seconds are those of all processes: the command's, and the Java of driver, master and workers.

    PYTHONPATH=. python benchmarks/cluster.py --agents 1200 --months 48 --folder /tmp/cluster
    PYTHONPATH=. python benchmarks/cluster.py --folder /tmp/cluster --set spark.sql.codegen.wholeStage=false
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from attrition import workspace as workspaces
from attrition.data.synthetic import sources_toml, write_centre
from tests.spark_cluster import spark_cluster

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Simulate the centre when it is missing, build its panel on both engines, and print the figures."""
    _adopt_orphans()
    options = _arguments()
    workspace = options.folder / f"{options.agents}x{options.months}"
    if not (workspace / "pipelines").exists():
        workspaces.write_starter(workspace)
        write_centre(workspace / "exports", agents=options.agents, months=options.months, seed=1)
        (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    figures = {"cores": os.cpu_count(), "agents": options.agents, "months": options.months}
    figures["duckdb"] = _timed(workspace, 'engine = "duckdb"\n')
    logs = options.folder / f"cluster-{os.getpid()}"
    logs.mkdir()
    before = _processor_seconds()
    with spark_cluster(logs) as cluster:
        settings = dict(setting.split("=", 1) for setting in options.set)
        figures["cluster"] = _timed(workspace, cluster.declaration(**settings))
        tasks = cluster.tasks()
    figures["cluster_processor_seconds"] = round(_processor_seconds() - before, 1)
    figures["tasks"] = len(tasks)
    figures["shuffled_mb"] = _megabytes(task["Shuffle Write Metrics"]["Shuffle Bytes Written"] for task in tasks)
    figures["written_mb"] = _megabytes(task["Output Metrics"]["Bytes Written"] for task in tasks)
    figures["results_to_driver_mb"] = _megabytes(task["Result Size"] for task in tasks)
    figures["largest_result_mb"] = round(max(task["Result Size"] for task in tasks) / 1e6, 2)
    figures["executors_cpu_seconds"] = round(sum(task["Executor CPU Time"] for task in tasks) / 1e9, 1)
    print(json.dumps(figures, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark")
    return parser.parse_args()


def _processor_seconds() -> float:
    """Return the processor's seconds of every process that was started and has ended, those of Java among them."""
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends, so that their time is counted (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _timed(workspace: Path, declaration: str) -> dict[str, float]:
    """Return the seconds that the command took, and the processor's in its own process, without Java's."""
    (workspace / "pipelines" / "panel.toml").write_text(declaration, encoding="utf-8")
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "attrition", "panel", "--workspace", str(workspace)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(seconds, 1), "processor_seconds": round(processor, 1)}


def _megabytes(sizes: Iterable[int]) -> float:
    return round(sum(sizes) / 1e6, 1)


if __name__ == "__main__":
    main()
