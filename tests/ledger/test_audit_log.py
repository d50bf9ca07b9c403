"""The audit log: entries are added and never lost, by two processes at once, after a kill and on a full disk."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from attrition.ledger import audit_log
from attrition.ledger.audit_log import HEALED, LOG, LogBroken, LogNotWritten, append, head, read_entries, read_lines
from attrition.ledger.chain import Entry, first_break
from tests.house.places import REPOSITORY

ENTRY = Entry(at="2026-11-28T10:00:00.000+00:00", action="panel", outcome="begun", user="li")
MANY = """
import sys, time
from pathlib import Path
from attrition.ledger.audit_log import append
from attrition.ledger.chain import Entry
folder, action = Path(sys.argv[1]), sys.argv[2]
(folder / f"{action} is ready").touch()
while len(list(folder.glob("* is ready"))) < 2:
    time.sleep(0.001)
for number in range(60):
    append(folder, Entry(at="2026-11-28", action=action, outcome="begun", user="li"))
"""


def test_each_entry_follows_from_the_one_before(tmp_path: Path) -> None:
    assert [append(tmp_path, ENTRY).number for _ in range(3)] == [1, 2, 3]
    assert first_break(read_lines(tmp_path)) is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        append(tmp_path, ENTRY)
    finally:
        os.umask(before)
    modes = [f"{(tmp_path / place).stat().st_mode & 0o777:o}" for place in (LOG, LOG.parent)]
    assert modes == ["600", "700"]


@pytest.mark.parametrize("change", ["changed", "removed", "inserted", "swapped"])
def test_a_bent_line_is_found_with_its_number(tmp_path: Path, change: str) -> None:
    for _ in range(4):
        append(tmp_path, ENTRY)
    one, two, three, four = read_lines(tmp_path)
    bent = {
        "changed": [one, two.replace('"li"', '"wu"'), three, four],
        "removed": [one, three, four],
        "inserted": [one, one, two, three, four],
        "swapped": [one, three, two, four],
    }
    assert first_break(bent[change]) == 2


def test_a_line_whose_own_hash_was_made_anew_breaks_the_next(tmp_path: Path) -> None:
    from attrition.ledger.chain import line_of, linked

    for _ in range(3):
        append(tmp_path, ENTRY)
    one, _, three = read_lines(tmp_path)
    forged = line_of(linked(Entry(**{**ENTRY.__dict__, "user": "wu"}), number=2, before=json.loads(one)["hash"]))
    assert first_break([one, forged, three]) == 3


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    running = [
        subprocess.Popen([sys.executable, "-c", MANY, str(tmp_path), action], env=environment)
        for action in ("panel", "score")
    ]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    assert first_break(read_lines(tmp_path)) is None
    assert sorted(entry.action for entry in read_entries(tmp_path)) == ["panel"] * 60 + ["score"] * 60


def test_a_line_that_a_killed_run_left_unfinished_is_cut_off_and_told(tmp_path: Path) -> None:
    append(tmp_path, ENTRY)
    append(tmp_path, ENTRY)
    content = (tmp_path / LOG).read_bytes()
    (tmp_path / LOG).write_bytes(content[:-20])
    append(tmp_path, ENTRY)
    assert [entry.action for entry in read_entries(tmp_path)] == ["panel", HEALED, "panel"]
    assert first_break(read_lines(tmp_path)) is None


def test_nothing_is_added_behind_a_changed_line(tmp_path: Path) -> None:
    append(tmp_path, ENTRY)
    (tmp_path / LOG).write_text((tmp_path / LOG).read_text(encoding="utf-8").replace('"li"', '"wu"'), encoding="utf-8")
    with pytest.raises(LogBroken, match="last line"):
        append(tmp_path, ENTRY)


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, ENTRY)
    content = (tmp_path / LOG).read_bytes()
    write = os.write

    def half_and_full(descriptor: int, line: bytes) -> int:
        write(descriptor, line[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(audit_log.os, "write", half_and_full)
    with pytest.raises(LogNotWritten, match="No space left on device"):
        append(tmp_path, ENTRY)
    assert (tmp_path / LOG).read_bytes() == content


def test_the_head_is_the_last_entry(tmp_path: Path) -> None:
    assert head(tmp_path).number == 0
    append(tmp_path, ENTRY)
    assert head(tmp_path).hash == json.loads(read_lines(tmp_path)[-1])["hash"]
