"""A standalone Spark cluster, and a server of Spark Connect: each a process of its own, on this machine or on hosts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyspark

import attrition

HOUSE = Path(attrition.__file__).parent.parent
SPARK = Path(pyspark.__file__).parent
SECONDS_TO_START = 120

MEMORY = "4g"
"""What executors may have of a worker; they ask for less unless a trial with more agents sets it."""


class Host(NamedTuple):
    """Where a process runs: its address, and the words that go before a command to run it there."""

    address: str
    there: tuple[str, ...] = ()


HERE = Host("127.0.0.1")


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
        """Return the metrics of every task of every run, but of those that went down with their host."""
        ended = [event for event in self._events("SparkListenerTaskEnd") if "Task Metrics" in event]
        return [event["Task Metrics"] | {"Executor": event["Task Info"]["Host"]} for event in ended]

    def settings(self) -> list[dict[str, str]]:
        """Return the settings of every run."""
        return [dict(event["Spark Properties"]) for event in self._events("SparkListenerEnvironmentUpdate")]

    def tasks_written(self) -> int:
        """Return how many tasks have ended, also while a run goes on."""
        return sum(log.read_bytes().count(b'{"Event":"SparkListenerTaskEnd"') for log in self._logs())

    def _logs(self) -> list[Path]:
        return [log for log in self.events.rglob("*") if log.is_file()]

    def _events(self, kind: str) -> list[dict]:
        logs = [log.read_text(encoding="utf-8") for log in self._logs()]
        begins = f'{{"Event":"{kind}"'
        return [json.loads(line) for log in logs for line in log.splitlines() if line.startswith(begins)]


@contextmanager
def spark_cluster(folder: Path, *, places: Sequence[Host] = (HERE, HERE, HERE)) -> Iterator[Cluster]:
    """Yield a cluster: its master at the first place, at each other a worker with a core; all processes are ended."""
    first, *others = places
    port = _free_port()
    master = f"spark://{first.address}:{port}"
    (folder / "events").mkdir()
    with ExitStack() as running:
        _start(running, folder / "master.log", "org.apache.spark.deploy.master.Master", first, "--port", str(port))
        for number, place in enumerate(others):
            options = ("--cores", "1", "--memory", MEMORY, "--work-dir", str(folder / f"work-{number}"), master)
            log = folder / f"worker-{number}.log"
            _start(running, log, "org.apache.spark.deploy.worker.Worker", place, *options)
        _wait_for(folder / "master.log", "Registering worker", times=len(others))
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
        _run(running, folder / "connect.log", HERE, ["spark-submit", *server, *options, str(program)])
        _wait_for(folder / "connect.log", "Spark Connect server started", times=1)
        yield f"sc://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _start(running: ExitStack, log: Path, name: str, place: Host, *options: str) -> None:
    _run(running, log, place, ["spark-class", name, "--host", place.address, "--webui-port", "0", *options])


def _run(running: ExitStack, log: Path, place: Host, words: list[str]) -> None:
    """Run one of Spark's programs until the end of the block."""
    command = [*place.there, str(SPARK / "bin" / words[0]), *words[1:]]
    messages = running.enter_context(log.open("wb"))
    process = subprocess.Popen(command, env=environment(place), stdout=messages, stderr=messages)
    running.callback(process.wait)
    running.callback(process.terminate)


def environment(place: Host) -> dict[str, str]:
    """Return the variables for a process of Spark's, or of the command, at a place."""
    installed = {"PYTHONPATH": os.pathsep.join([str(HOUSE), *sys.path]), "PYSPARK_PYTHON": sys.executable}
    return os.environ | installed | {"SPARK_LOCAL_IP": place.address}


def _wait_for(log: Path, words: str, *, times: int) -> None:
    for _ in range(SECONDS_TO_START * 10):
        if log.read_text(encoding="utf-8", errors="replace").count(words) >= times:
            return
        time.sleep(0.1)
    raise AssertionError(f"no cluster after {SECONDS_TO_START} s: {log.read_text(encoding='utf-8')[-2000:]}")
