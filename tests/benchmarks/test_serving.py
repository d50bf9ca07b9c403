"""The comparison of the servers sends what it says, and counts the processor time of a server with its children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serving as benchmark
from two_servers.servers import Running

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is read from /proc")


def test_a_long_body_is_json_of_31_megabytes():
    body = benchmark._long('{"dataframe_records": [', "{},", "{}]}")
    assert 31 * 2**20 - 3 <= len(body) <= 31 * 2**20
    assert set(map(len, json.loads(body)["dataframe_records"])) == {0}


def test_the_processor_time_of_a_server_counts_its_children(tmp_path):
    child = "x = 0\nwhile True: x += 1"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], start_new_session=True)
    server = Running("test", "", process.pid, tmp_path)
    try:
        for _ in range(600):
            if server.processor_ms() > 500:
                break
            time.sleep(0.1)
        assert server.processor_ms() > 500
        assert server.peak_mb() > 1
    finally:
        os.killpg(process.pid, 9)
        process.wait()
