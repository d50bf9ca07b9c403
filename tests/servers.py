"""Real database servers for tests and benchmarks, in a temporary folder, on a free port, gone afterwards.

PostgreSQL refuses to run as root, so that root lends both servers the account `nobody`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "p/@%:w?#"
"""A password with every character that has a meaning in a url."""


class NotInstalled(Exception):
    """The server's programs are not on this machine; the message says which package has them."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: its port on 127.0.0.1, its folder, and the password of its administrator."""

    port: int
    folder: Path
    password: str = PASSWORD


@contextmanager
def postgresql() -> Iterator[Server]:
    """Start PostgreSQL with the administrator `postgres`."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    initdb = shutil.which("initdb", path=os.pathsep.join([str(programs[-1]) if programs else "", os.environ["PATH"]]))
    if initdb is None:
        raise NotInstalled("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    server_program = Path(initdb).resolve().parent / "postgres"
    with _folder("attrition-postgresql-") as folder:
        (folder / "password").write_text(PASSWORD)
        data = folder / "data"
        options = ["--auth-host=scram-sha-256", "--auth-local=trust", f"--pwfile={folder / 'password'}", "--no-sync"]
        _run([initdb, "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C", *options], folder)
        port = _free_port()
        settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
        switches = [f"--{name}={value}" for name, value in settings.items()]
        with _running([str(server_program), "-D", str(data), *switches], folder, stop=signal.SIGINT):
            yield Server(port=port, folder=folder)


@contextmanager
def mariadb() -> Iterator[Server]:
    """Start MariaDB with the administrator `root`, who has the server's password."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    install, server_program = shutil.which("mariadb-install-db", path=path), shutil.which("mariadbd", path=path)
    # The first calls a third, which Debian has in the package of the client.
    if install is None or server_program is None or shutil.which("my_print_defaults", path=path) is None:
        packages = "mariadb-server-core mariadb-client-core"
        raise NotInstalled(f"MariaDB's server is not installed (Debian: apt-get install {packages})")
    with _folder("attrition-mariadb-") as folder:
        _run(
            [
                install,
                "--no-defaults",
                f"--datadir={folder}/data",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ],
            folder,
        )
        (folder / "start.sql").write_text(f"ALTER USER root@localhost IDENTIFIED BY '{PASSWORD}';\n")
        port = _free_port()
        settings: Mapping[str, object] = {
            "datadir": folder / "data",
            "socket": folder / "socket",
            "pid-file": folder / "pid",
            "port": port,
            "bind-address": "127.0.0.1",
            "init-file": folder / "start.sql",
            "innodb-flush-log-at-trx-commit": 0,
        }
        switches = [f"--{name}={value}" for name, value in settings.items()]
        with _running([server_program, "--no-defaults", *switches], folder, stop=signal.SIGTERM):
            yield Server(port=port, folder=folder)


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    """Make a folder that the server's account owns, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, user=_account(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _account() -> str | None:
    return "nobody" if os.getuid() == 0 else None


@contextmanager
def _running(command: Sequence[str], folder: Path, *, stop: signal.Signals) -> Iterator[None]:
    """Run a server until the end of the block; it is there once its log says so."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, user=_account(), stdout=log, stderr=log)
        try:
            _await(process, folder / "log")
            yield
        finally:
            process.send_signal(stop)
            process.wait(timeout=60)


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        if re.search(r"ready (to accept|for) connections", log.read_text(errors="replace")):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
