import signal
import subprocess
import sys
import time

import pytest

from attrition.data.lock import exclusive_lock
from attrition.errors import UserError

HOLD_LOCK = """
import sys, time
from pathlib import Path
from attrition.data.lock import exclusive_lock
with exclusive_lock(Path(sys.argv[1]), what="retrain"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path):
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait(10)
    process.stdout.close()


def test_a_second_run_is_refused_at_once(other_process, tmp_path):
    start = time.monotonic()
    with (
        pytest.raises(UserError, match="another retrain is running"),
        exclusive_lock(tmp_path / "lock", what="retrain"),
    ):
        pass
    assert time.monotonic() - start < 1


def test_a_killed_process_leaves_nothing_locked(other_process, tmp_path):
    other_process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    other_process.wait(10)
    with exclusive_lock(tmp_path / "lock", what="retrain"):
        pass


def test_the_lock_is_free_when_the_first_run_has_ended(tmp_path):
    for _ in range(2):
        with exclusive_lock(tmp_path / "runs" / "lock", what="retrain"):
            pass
