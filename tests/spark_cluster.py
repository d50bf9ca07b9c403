"""A standalone Spark cluster, and a server of Spark Connect, on this machine: each a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

import attrition

HOUSE = Path(attrition.__file__).parent.parent
SPARK = Path(pyspark.__file__).parent
SECONDS_TO_START = 120

MEMORY = "4g"
"""What executors may have of a worker; they ask for less unless a trial with more agents sets it."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Parameters
    ----------
    master : str
        Its address.
    events : Path
        The folder of Spark's event logs.
    """

    master: str
    events: Path

    def declaration(self, **settings: str) -> str:
        """Return the text of a panel.toml that builds the panel here."""
        lines = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": self.events.as_uri()}
        lines |= {"spark.eventLog.compress": "false", "spark.executor.memory": "1g", "spark.ui.enabled": "false"}
        rows = "\n".join(f'"{key}" = "{value}"' for key, value in (lines | settings).items())
        return f'engine = "spark"\n[spark]\nmaster = "{self.master}"\n[spark.settings]\n{rows}\n'

    def tasks(self) -> list[dict]:
        """Return the metrics of every task of every run."""
        ended = self._events("SparkListenerTaskEnd")
        return [event["Task Metrics"] | {"Executor": event["Task Info"]["Host"]} for event in ended]

    def settings(self) -> list[dict[str, str]]:
        """Return the settings of every run."""
        return [dict(event["Spark Properties"]) for event in self._events("SparkListenerEnvironmentUpdate")]

    def _events(self, kind: str) -> list[dict]:
        logs = [log.read_text(encoding="utf-8") for log in self.events.rglob("*") if log.is_file()]
        begins = f'{{"Event":"{kind}"'
        return [json.loads(line) for log in logs for line in log.splitlines() if line.startswith(begins)]


@contextmanager
def spark_cluster(folder: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """Yield a cluster of a master and workers with a core each; all of its processes are ended."""
    port = _free_port()
    master = f"spark://127.0.0.1:{port}"
    (folder / "events").mkdir()
    with ExitStack() as running:
        _start(running, folder / "master.log", "org.apache.spark.deploy.master.Master", "--port", str(port))
        for number in range(workers):
            options = ("--cores", "1", "--memory", MEMORY, "--work-dir", str(folder / f"work-{number}"), master)
            _start(running, folder / f"worker-{number}.log", "org.apache.spark.deploy.worker.Worker", *options)
        _wait_for(folder / "master.log", "Registering worker", times=workers)
        yield Cluster(master, folder / "events")


@contextmanager
def spark_connect(folder: Path, **settings: str) -> Iterator[str]:
    """Yield the address of a server of Spark Connect with one core and these settings; it is ended."""
    port = _free_port()
    settings |= {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port)}
    settings |= {"spark.ui.enabled": "false"}
    [program] = (SPARK / "jars").glob("spark-connect_*.jar")
    options = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    server = ["--master", "local[1]", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    with ExitStack() as running:
        _run(running, folder / "connect.log", ["spark-submit", *server, *options, str(program)])
        _wait_for(folder / "connect.log", "Spark Connect server started", times=1)
        yield f"sc://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _start(running: ExitStack, log: Path, name: str, *options: str) -> None:
    _run(running, log, ["spark-class", name, "--host", "127.0.0.1", "--webui-port", "0", *options])


def _run(running: ExitStack, log: Path, words: list[str]) -> None:
    """Run one of Spark's programs until the end of the block."""
    command = [str(SPARK / "bin" / words[0]), *words[1:]]
    env = os.environ | {"PYTHONPATH": str(HOUSE), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    messages = running.enter_context(log.open("wb"))
    process = subprocess.Popen(command, env=env, stdout=messages, stderr=messages)
    running.callback(process.wait)
    running.callback(process.terminate)


def _wait_for(log: Path, words: str, *, times: int) -> None:
    for _ in range(SECONDS_TO_START * 10):
        if log.read_text(encoding="utf-8", errors="replace").count(words) >= times:
            return
        time.sleep(0.1)
    raise AssertionError(f"no cluster after {SECONDS_TO_START} s: {log.read_text(encoding='utf-8')[-2000:]}")
