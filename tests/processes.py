"""Other processes at work in a workspace, for tests of two at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AT_WORK = """
import sys, time
from pathlib import Path
from attrition.data.at_work import reading, writing
way = {"writing": lambda folder: writing(folder, sys.argv[3]), "reading": reading}[sys.argv[2]]
with way(Path(sys.argv[1])):
    print("begun", flush=True)
    time.sleep(120)
"""


@contextmanager
def at_work_elsewhere(workspace: Path, way: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process write or read in a workspace while the block runs; it is killed at the end."""
    command = [sys.executable, "-c", AT_WORK, str(workspace), way, *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
