"""Both servers of one workspace as processes, with the processor time and the memory they take."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

BIN = Path(sys.executable).parent
HERE = Path(__file__).parents[2]
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, eq=False)
class Running:
    """A running server: its name, its address, the process it was started as, and its log."""

    name: str
    address: str
    pid: int
    log: Path

    def processor_ms(self) -> float:
        """Return the milliseconds of processor time that it has taken, its children included."""
        return sum(_ticks(pid) for pid in self._processes()) * 1000 / TICKS_PER_SECOND

    def peak_mb(self) -> float:
        """Return the largest resident memory of any of its processes since `reset_peak`, in MB."""
        return max(_status(pid, "VmHWM") for pid in self._processes()) / 1024

    def reset_peak(self) -> None:
        """Begin to measure the peak anew."""
        for pid in self._processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def _processes(self) -> list[int]:
        """Return the process and all that it started, however deep."""
        children: dict[int, list[int]] = {}
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(ValueError, OSError, IndexError):
                children.setdefault(int(_stat(int(folder.name))[1]), []).append(int(folder.name))
        found, front = [self.pid], [self.pid]
        while front:
            front = [child for pid in front for child in children.get(pid, [])]
            found += front
        return found


@contextlib.contextmanager
def ours(workspace: Path, folder: Path) -> Iterator[Running]:
    """Run `attrition serve`."""
    port = _free_port()
    command = [str(BIN / "attrition"), "serve", "--port", str(port)]
    with _running("attrition serve", command, workspace, folder, f"http://127.0.0.1:{port}", ready="/ready") as server:
        yield server


@contextlib.contextmanager
def mlflows(workspace: Path, folder: Path, alias: str) -> Iterator[Running]:
    """Run `mlflow models serve` of the same model."""
    port = _free_port()
    command = [str(BIN / "mlflow"), "models", "serve", "-m", f"models:/resignation@{alias}", "--env-manager", "local"]
    command += ["--workers", "1", "--port", str(port)]
    with _running(
        "mlflow models serve", command, workspace, folder, f"http://127.0.0.1:{port}", ready="/ping"
    ) as server:
        yield server


@contextlib.contextmanager
def _running(
    name: str, command: list[str], workspace: Path, folder: Path, address: str, *, ready: str
) -> Iterator[Running]:
    log = folder / f"{name.split()[0]}.log"
    settings: Mapping[str, str] = {
        "PYTHONPATH": str(HERE),
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{workspace / 'mlflow.db'}",
        "OMP_NUM_THREADS": "1",
    }
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, cwd=workspace, env=os.environ | settings, stdout=lines, stderr=lines, start_new_session=True
        )
    try:
        _wait(address + ready, process)
        yield Running(name, address, process.pid, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise SystemExit("a server ended before it answered; see its log")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address, timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise SystemExit("a server did not answer within two minutes")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ticks(pid: int) -> int:
    with contextlib.suppress(OSError):
        values = _stat(pid)
        return int(values[11]) + int(values[12])
    return 0


def _status(pid: int, name: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name):
                return float(line.split()[1])
    return 0.0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
