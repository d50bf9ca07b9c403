"""Kill a command, or the MLflow server, at each call by which a model is registered or an alias is moved.

A real `mlflow server` with proxied artifacts, on PostgreSQL where it is installed (`--on sqlite` without). Each trial
runs in a child process of its own and ends it, or the server, before or after its n-th call that changes something.
Then it is looked at what the server holds, what the workspace scores with while the server is still away, and what the
next command leaves.

    python benchmarks/mlflow_kills.py --on postgresql --what move
    python benchmarks/mlflow_kills.py --on postgresql --what register --every 4
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from attrition.data.progress import silent
from attrition.model import aliases
from attrition.model.mlflow_link import connected
from attrition.model.registry_outbox import read_outbox
from attrition.steps.audit import anchor_log
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.promotion import Decision, promote_version, roll_back
from tests.fixtures.make_workspace import KEPT
from tests.mlflow_servers import MlflowServer, declare_server, mlflow_server
from tests.servers import postgresql

READING = ("/search", "/get", "get-by-name")
PLACES = ("command before", "command after", "server before", "server after")
DONE, REFUSED = 0, 3

Registering = Callable[[], str]
"""Registers another version, and returns its number."""


@dataclass(frozen=True)
class Trial:
    """What was killed at which call, and what was seen then, while the server was away, and after the next command."""

    place: str
    number: int
    call: str
    ended: str
    then: str
    away: str
    healed: str
    is_sound: bool


def killing(place: str, number: int, server: MlflowServer, note: Path) -> None:
    """Let this process kill itself or the server at its n-th call that changes something, and note each call."""
    import requests.adapters

    send, calls = requests.adapters.HTTPAdapter.send, count(1)

    def counted(self: Any, request: Any, **options: Any) -> Any:
        path = request.url.partition("/api/")[2] or request.url
        if request.method == "GET" or any(word in path for word in READING):
            return send(self, request, **options)
        own = next(calls)
        if own == number:
            note.write_text(f"{request.method} {short(path)}", encoding="utf-8")
            if place.endswith("before"):
                end(place, server)
        reply = send(self, request, **options)
        if own == number and place.endswith("after"):
            end(place, server)
        return reply

    requests.adapters.HTTPAdapter.send = counted  # type: ignore[method-assign]


def end(place: str, server: MlflowServer) -> None:
    """Kill the server with all its processes, or this process."""
    if place.startswith("server"):
        os.killpg(server.group, signal.SIGKILL)
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def short(path: str) -> str:
    """Return what a call does, without ids."""
    return "artifact" if "artifacts" in path else "/".join(path.split("?")[0].split("/")[2:4])


def in_child(act: Callable[[], Any], before: Callable[[], None] | None = None) -> tuple[str, str]:
    """Act in a child process; return how it ended and what it returned, or the first words of its error."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code, text = DONE, ""
        try:
            if before:
                before()
            text = str(act())
        except BaseException as error:  # whatever it is, the parent prints it
            code, text = REFUSED, f"{type(error).__name__}: {error}"
        os.write(writer, text.encode()[:4000])
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    return ("killed" if os.WIFSIGNALED(status) else "ended" if os.WEXITSTATUS(status) == DONE else "refused"), text


def held(workspace: Path) -> str:
    """Return the aliases that the server holds, by MLflow's client alone."""
    with connected(workspace) as link:
        moved = link.client.get_registered_model("resignation").aliases
        return ", ".join(f"{alias} {moved[alias]}" for alias in ("champion", "previous") if alias in moved)


def scores(workspace: Path) -> str:
    """Return the version that a command scores with now."""
    return load_model_in_use(workspace, progress=silent).version


def next_command(workspace: Path) -> str:
    """Return what the next command sees, and leaves on the server."""
    state = aliases.read_state(workspace)
    kept = ", ".join(f"{alias} {state.aliases[alias]}" for alias in ("champion", "previous") if alias in state.aliases)
    with connected(workspace) as link:
        versions = link.client.search_model_versions("name='resignation'")
        for version in versions:  # every version that is listed can be downloaded whole
            with tempfile.TemporaryDirectory() as folder:
                link.mlflow.artifacts.download_artifacts(artifact_uri=version.source, dst_path=folder)
    assert kept == held(workspace), f"{kept} here, {held(workspace)} there"
    assert not read_outbox(workspace), "something still waits"
    load_model_in_use(workspace, progress=silent)
    return f"{kept}; {len(versions)} versions, {len(state.history)} decisions"


def trial(workspace: Path, server: MlflowServer, act: Callable[[], Any], place: str, number: int) -> Trial | None:
    """Make one trial; None where the command makes fewer calls."""
    note = workspace / "note"
    note.unlink(missing_ok=True)
    state = aliases.read_state(workspace)
    ended, text = in_child(act, lambda: killing(place, number, server, note))
    if not note.is_file():
        return None
    then = in_child(lambda: held(workspace))[1] if server.answers() else "-"
    away_state, away = in_child(lambda: scores(workspace))
    if not server.answers():
        server.kill()
        server.start()
    (workspace / "mlartifacts" / "registry.json").write_text("{}")  # the outage is over, so half a minute need not pass
    healed_state, healed = in_child(lambda: next_command(workspace))
    after = aliases.read_state(workspace)
    is_sound = (
        (away_state, healed_state) == ("ended", "ended")
        and away == after.aliases["champion"]
        and set(state.aliases.values()) <= set(after.versions)
    )
    return Trial(place, number, note.read_text(), f"{ended} {text[:80]}".strip(), then, away, healed, is_sound)


def trials(workspace: Path, server: MlflowServer, act: Callable[[], Any], *, every: int) -> Iterator[Trial]:
    """Make a trial at each call, or at each n-th."""
    for place in PLACES:
        for number in count(1, every):
            made = trial(workspace, server, act, place, number)
            if made is None:
                break
            yield made


def decision() -> Decision:
    """Return somebody's decision of this moment."""
    return Decision("Li Na", "a trial of the registry", datetime.now(UTC))


@contextmanager
def serving(kind: str) -> Iterator[MlflowServer]:
    """Yield a running MLflow server on PostgreSQL or SQLite."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attrition-mlflow-")))
        backend, secret = f"sqlite:///{folder}/server.db", {}
        if kind == "postgresql":
            database = stack.enter_context(postgresql())
            backend, secret = (
                f"postgresql+psycopg2://postgres@127.0.0.1:{database.port}/postgres",
                {"PGPASSWORD": database.password},
            )
        yield stack.enter_context(mlflow_server(backend, folder, secret))


@contextmanager
def trained(server: MlflowServer) -> Iterator[tuple[Path, Registering]]:
    """Yield a workspace with two versions on the server, the first the champion, and what registers another."""
    from attrition.steps.declarations import read_spec
    from attrition.steps.panel import load_or_build_panel
    from attrition.steps.retrain import log_checks, register, train

    with tempfile.TemporaryDirectory(prefix="attrition-kills-") as place:
        workspace = Path(shutil.copytree(KEPT, Path(place) / "workspace"))
        shutil.rmtree(workspace / "mlartifacts")
        (workspace / "mlflow.db").unlink()
        declare_server(workspace, server.address)
        data = load_or_build_panel(workspace, progress=silent)
        made = train(workspace, data, read_spec(workspace), progress=silent)

        def registering() -> str:
            version, _ = register(workspace, data, made, progress=silent)
            shutil.copytree(
                KEPT / "runs" / "retrain" / "version-2",
                workspace / "runs" / "retrain" / f"version-{version}",
                dirs_exist_ok=True,
            )
            log_checks(workspace, version, made.audit.checks[:0])
            return version

        for _ in range(2):
            registering()
        promote_version(workspace, "1", decision(), despite=["never evaluated"])
        promote_version(workspace, "2", decision(), despite=["never evaluated"])
        yield workspace, registering


def main() -> None:
    """Print a table of trials; exit code 1 where one was not sound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--what", choices=("move", "register"), default="move")
    parser.add_argument("--every", type=int, default=1)
    wanted = parser.parse_args()
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"  # a trial that kills the server need not wait for it
    with serving(wanted.on) as server, trained(server) as (workspace, registering):

        def moving() -> str:
            change = roll_back(workspace, decision())
            anchor_log(workspace, change.version)
            return change.version

        is_sound = True
        print("| killed | call | ended | server then | scores meanwhile | after the next command | sound |")
        print("|---|---|---|---|---|---|---|")
        for made in trials(workspace, server, moving if wanted.what == "move" else registering, every=wanted.every):
            is_sound = is_sound and made.is_sound
            cells = (
                f"{made.place} {made.number}",
                made.call,
                made.ended,
                made.then,
                made.away,
                made.healed,
                made.is_sound,
            )
            print("|", " | ".join(map(str, cells)), "|", flush=True)
    sys.exit(not is_sound)


if __name__ == "__main__":
    main()
