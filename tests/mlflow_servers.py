"""Real MLflow servers for tests and benchmarks, with proxied artifacts, that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS_TO_START = 180


class MlflowServer:
    """`mlflow server --serve-artifacts` on a free port of this machine.

    Parameters
    ----------
    backend : str
        The database with runs and registry, as SQLAlchemy's address.
    folder : Path
        Where the server keeps artifacts and writes its log.
    environment : mapping, optional
        Further variables of the server's environment.
    options : str
        Further words of its command line.
    """

    def __init__(self, backend: str, folder: Path, environment: Mapping[str, str] | None = None, *options: str) -> None:
        self.backend, self.folder, self.options = backend, folder, options
        self.environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **(environment or {})}
        self.environment.pop("MLFLOW_TRACKING_URI", None)
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = int(door.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Its address, also while it does not run."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def group(self) -> int:
        """The process group of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = ["--backend-store-uri", self.backend, "--serve-artifacts", "--workers", "1", *self.options]
        words += ["--artifacts-destination", str(self.folder / "artifacts"), "--host", "127.0.0.1"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", *words, "--port", str(self.port)],
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
            time.sleep(0.1)

    def answers(self) -> bool:
        """Return whether it answers."""
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/health", timeout=5) as reply:
            return bool(reply.status == 200)
        return False

    def kill(self) -> None:
        """End it at once, with all its processes, whatever it is doing."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def mlflow_server(
    backend: str, folder: Path, environment: Mapping[str, str] | None = None, *options: str
) -> Iterator[MlflowServer]:
    """Yield a running server, which is killed at the end."""
    server = MlflowServer(backend, folder, environment, *options)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def declare_server(workspace: Path, address: str, *, model: str = "") -> None:
    """Name the server in a workspace's declaration, as a site does."""
    path = workspace / "pipelines" / "sources.toml"
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    line = f'model = "{model}"\n' if model else ""
    path.write_text(f'{before}\n[mlflow]\ntracking_uri = "{address}"\n{line}', encoding="utf-8")
