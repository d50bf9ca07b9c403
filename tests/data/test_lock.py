import signal
import subprocess
import sys
import time

import pytest

from attrition.data.lock import exclusive_lock
from attrition.errors import UserError

HOLDING = """
import sys, time
from pathlib import Path
from attrition.data.lock import exclusive_lock
with exclusive_lock(Path(sys.argv[1]), what="retrain"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait(10)
    process.stdout.close()


def test_who_comes_second_is_told_at_once(other, tmp_path):
    began = time.monotonic()
    with (
        pytest.raises(UserError, match="another retrain is running"),
        exclusive_lock(tmp_path / "lock", what="retrain"),
    ):
        pass
    assert time.monotonic() - began < 1


def test_a_process_that_was_killed_does_not_stand_in_the_way(other, tmp_path):
    other.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    other.wait(10)
    with exclusive_lock(tmp_path / "lock", what="retrain"):
        pass


def test_the_next_one_may_when_the_first_is_done(tmp_path):
    for _ in range(2):
        with exclusive_lock(tmp_path / "runs" / "lock", what="retrain"):
            pass
