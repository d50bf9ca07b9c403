"""Run one command with every durable step in sight: copy the workspace there, kill the process, or refuse the step.

A durable step is a rename, a link, a removal, a new folder, a flush to disk, or a commit of SQLite inside the
workspace. A copy of the workspace taken at a step holds what a process that is killed there leaves: files as they are,
no lock held.

    python benchmarks/fault_child.py WORKSPACE copy FOLDER -- panel
    python benchmarks/fault_child.py WORKSPACE kill 7 -- panel
    python benchmarks/fault_child.py WORKSPACE full 7 -- panel
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Step = Callable[[str, str], None]
CALLS = ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir", "fsync")
NOT_DURABLE = "/.attrition/spilt-"


class Steps:
    """Counts the durable steps of this process, and does at each what the trial wants.

    Parameters
    ----------
    workspace : Path
        Steps elsewhere, or in its folder of spilt text, are none.
    before, after : callable
        Called with the number of the step and its name.
    """

    def __init__(self, workspace: Path, before: Callable[[int, str], None], after: Callable[[int, str], None]) -> None:
        self.root, self.before, self.after, self.count, self.is_within = str(workspace), before, after, 0, False

    def counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call of the operating system or of SQLite that counts as a step where it works on the workspace."""

        def step(*args: Any, **kwargs: Any) -> Any:
            path = _path(args[-1] if name in ("replace", "rename", "link") else args[0], kwargs)
            if self.is_within or not path.startswith(self.root) or NOT_DURABLE in path:
                return call(*args, **kwargs)
            self.count += 1
            number, label = self.count, f"{name} {_kind(path.removeprefix(self.root).lstrip('/'))}"
            self._quietly(self.before, number, label)
            result = call(*args, **kwargs)
            self._quietly(self.after, number, label)
            return result

        return step

    def _quietly(self, act: Callable[[int, str], None], number: int, label: str) -> None:
        """Act without counting what the act itself does to files."""
        self.is_within = True
        try:
            act(number, label)
        finally:
            self.is_within = False


def _path(target: Any, options: dict[str, Any]) -> str:
    """Return the path a step works on; one given by a descriptor as the system knows it."""
    if isinstance(target, int):
        return os.readlink(f"/proc/self/fd/{target}")  # noqa: PTH115
    below = options.get("dir_fd")
    folder = os.readlink(f"/proc/self/fd/{below}") if below is not None else str(Path.cwd())  # noqa: PTH115
    return str(Path(folder, os.fspath(target)))


def _kind(path: str) -> str:
    """Return a path without what differs from run to run."""
    parts = [part.split(".part-")[0] + ".part" if ".part-" in part else part for part in path.split("/")]
    return "/".join(parts[:4]) or "."


def watch(steps: Steps, workspace: Path) -> None:
    """Let every durable step of this process pass `steps`."""
    for name in CALLS:
        setattr(os, name, steps.counted(name, getattr(os, name)))
    database = str(workspace / "mlflow.db")

    class Watched(sqlite3.Connection):
        def commit(self) -> None:
            steps.counted("commit", lambda _: super(Watched, self).commit())(database)

        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # type: ignore[override]
            if sql.strip().lower() == "commit":
                return steps.counted("commit", lambda _: super(Watched, self).execute(sql, *args))(database)
            return super().execute(sql, *args)

    connect = sqlite3.connect
    sqlite3.connect = sqlite3.dbapi2.connect = lambda *args, **kwargs: connect(  # type: ignore[assignment]
        *args, **{"factory": Watched, **kwargs}
    )


def copying(workspace: Path, folder: Path) -> tuple[Callable[[int, str], None], Callable[[int, str], None]]:
    """Return what keeps a copy of the workspace before and after each step, under the step's name."""

    def copy(place: str, number: int, label: str) -> None:
        target = folder / f"{number:04d}-{place}"
        shutil.copytree(workspace, target, symlinks=True)
        (folder / f"{number:04d}-{place}.txt").write_text(label, encoding="utf-8")

    return lambda *step: copy("a", *step), lambda *step: copy("b", *step)


def killing(at: int) -> tuple[Callable[[int, str], None], Callable[[int, str], None]]:
    """Return what kills the process before a step."""
    return lambda number, _: os.kill(os.getpid(), signal.SIGKILL) if number == at else None, lambda *_: None


def refusing(at: int) -> tuple[Callable[[int, str], None], Callable[[int, str], None]]:
    """Return what refuses a step as a full disk does, and all later ones that need room."""

    def refuse(number: int, label: str) -> None:
        takes_room = not label.startswith(("unlink", "remove", "rmdir", "rename", "replace"))
        if number == at or (number > at and takes_room):
            if label.startswith("commit"):
                raise sqlite3.OperationalError("database or disk is full")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "runs/a product")

    return refuse, lambda *_: None


def main() -> None:
    """Run a command as the arguments say."""
    workspace, way, value, _, *words = sys.argv[1:]
    place = Path(workspace).resolve()
    from attrition.report import write_editions

    renderer = SimpleNamespace(submit=lambda html_path: None)  # PDFs take minutes, and are written into the same folder
    write_editions.PdfRenderer = lambda on_unavailable: nullcontext(renderer)  # type: ignore[assignment,misc]
    before, after = (
        copying(place, Path(value)) if way == "copy" else (killing if way == "kill" else refusing)(int(value))
    )
    watch(Steps(place, before, after), place)
    sys.argv = ["attrition", *words, "--workspace", str(place)]
    from attrition.cli import main as run

    run()


if __name__ == "__main__":
    main()
