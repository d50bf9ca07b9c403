"""What the machine refuses is one sentence with exit code 2."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attrition import workspace
from attrition.cli import app
from attrition.errors import UserError
from attrition.steps.serve import listening_sockets
from attrition.terminal import console


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "runs/panel.parquet"), "the disk is full where runs/panel"),
        (RuntimeError("IO Error: Could not write file: No space left on device"), "the disk is full; free some space"),
        (PermissionError(errno.EACCES, "Permission denied", "runs/.check.html.part-x1/check.html"), "runs/check.html;"),
        (OSError(errno.EROFS, "Read-only file system", "runs"), "may not write or read runs;"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "runs"), "runs is in the way"),
        (MemoryError(), "the memory is not enough"),
    ],
)
def test_a_refusal_of_the_machine_is_one_sentence_with_exit_code_2(error: Exception, sentence: str) -> None:
    page, line, code = console.describe_error(error)
    assert (page, code) == ([], 2)
    assert sentence in line


def test_a_file_where_the_folder_of_products_belongs_is_named(tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    (tmp_path / ".attrition").write_text("not a folder", encoding="utf-8")
    result = CliRunner().invoke(app, ["retrain", "--workspace", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{tmp_path / '.attrition'} is in the way" in result.output.replace("\n", "")


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refusal = pytest.raises(UserError, match=f"port {port} is taken by another program.*--port")
        with refusal, listening_sockets("127.0.0.1", port):
            pass


def test_a_free_port_is_listened_on_and_free_again_afterwards() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    for _ in range(2):
        with listening_sockets("127.0.0.1", port), socket.create_connection(("127.0.0.1", port)):
            pass


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    refusal = pytest.raises(UserError, match="not an address of this machine")
    with refusal, listening_sockets("203.0.113.7", 8000):
        pass
