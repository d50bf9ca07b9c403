"""Commands as a person runs them, each in a process of its own, forked from one that has imported the command line.

A new interpreter spends most of a short command on imports, which a forked process finds done. It has its own
environment, folder and streams, and nothing of what another command did.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.house.places import REPOSITORY

IMPORTED = (
    *("attrition.cli", "attrition.pipeline", "attrition.data.centre", "attrition.model.registered"),
    *("attrition.model.persistence", "attrition.steps.pilot_design", "attrition.steps.pilot_reading"),
)
"""What commands import; none of it begins a thread, which a forked process would not have."""
SERVER = f"""
import importlib, io, json, os, sys, threading
for name in {IMPORTED!r}:
    importlib.import_module(name)
assert threading.active_count() == 1, threading.enumerate()
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        sys.argv = ["attrition", *order["words"]]
        code = 1
        try:
            importlib.import_module("attrition.cli").main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forked:
    """A process that has imported the command line, and runs each command in a fork of itself."""

    def __init__(self, process: subprocess.Popen[str], streams: Path) -> None:
        self._process, self._streams = process, streams

    def run(self, words: list[str], *, folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Run a command to its end; return its exit code and what it printed on either stream."""
        streams = {name: str(self._streams / name) for name in ("stdout", "stderr")}
        order = {"words": words, "folder": str(folder), "environment": dict(environment), **streams}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        printed, errors = (Path(path).read_text(encoding="utf-8") for path in streams.values())
        return code, printed, errors


@contextmanager
def forked(streams: Path, environment: Mapping[str, str]) -> Iterator[Forked]:
    """Yield a process that runs commands; it was started in this environment, and ends with the block."""
    command = [sys.executable, "-c", SERVER]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Forked(process, streams)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


CAN_FORK = hasattr(os, "fork")
