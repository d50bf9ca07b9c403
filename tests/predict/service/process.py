"""`attrition serve` as a process of its own, on a copy of the kept workspace."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

import attrition

HOUSE = Path(attrition.__file__).parents[1]
KEPT = HOUSE / "tests" / "fixtures" / "workspace"


@dataclass(frozen=True, eq=False)
class ServerProcess:
    """A running server: its process, a client, its log, and the version it answered with first."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log: Path
    version: str


def kept_workspace(folder: Path) -> Path:
    """Copy the kept workspace into a folder."""
    return Path(shutil.copytree(KEPT, folder / "workspace"))


@contextlib.contextmanager
def serving_process(workspace: Path, *, options: Sequence[str] = (), token: str = "") -> Iterator[ServerProcess]:
    """Start `attrition serve`, yield it when it is ready, and stop it."""
    port, log = free_port(), workspace.parent / "serve.log"
    command = [str(Path(sys.executable).parent / "attrition"), "serve", "--port", str(port), *options]
    env = (
        os.environ | {"PYTHONPATH": str(HOUSE), "OMP_NUM_THREADS": "1"} | ({"ATTRITION_TOKEN": token} if token else {})
    )
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=workspace, env=env, stdout=lines, stderr=lines)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            yield ServerProcess(process, client, log, _version_when_ready(process, client, log))
        finally:
            process.terminate()
            process.wait(60)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def _version_when_ready(process: subprocess.Popen[bytes], client: httpx.Client, log: Path) -> str:
    for _ in range(1200):
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        with contextlib.suppress(httpx.TransportError):
            return client.get("/ready").headers["X-Model-Version"]
        time.sleep(0.1)
    raise AssertionError("the server was not ready within two minutes")
