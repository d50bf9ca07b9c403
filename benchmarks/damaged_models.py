"""Damages the files of registered models in many ways, and runs commands on them, each in a process of its own.

python benchmarks/damaged_models.py tests/fixtures/workspace

Three can do the damage: a disk or a careless hand, which changes files; somebody who changes the list of hashes beside
them as well; somebody who may also write to the registry. A command must refuse in one sentence, with its exit code,
and leave every file as it was. Prints a table, and exits with 1 where a command did anything else.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from attrition.ledger.audit_log import FOLDER as LOG_FOLDER
from attrition.model import aliases
from attrition.model.anchor import write_anchor
from attrition.model.file_hashes import HASHES, as_text, hash_files
from attrition.model.registered import model_root
from attrition.model.registry_records import FILES_TAG

COMMANDS = {
    "score": ["score", "--as-of", "2026-10"],
    "serve": ["serve", "--port", "18471"],
    "promote": ["models", "promote", "1", "--by", "Li Na", "--reason", "it is better than the other"],
    "compare": ["models", "compare", "1", "2"],
}
CUTS = 20
SECONDS = 240
FIRST = "resignations_0.txt"
"""A file of boosters that every model with trees has."""


def cut_off(share: float, folder: Path) -> None:
    """Cut the boosters off within their trees, after a share of them; what follows the trees is not read to score."""
    content = (folder / FIRST).read_bytes()
    (folder / FIRST).write_bytes(content[: int(content.index(b"end of trees") * share)])


def flip_bytes(folder: Path) -> None:
    """Change one bit in each of ten bytes."""
    content, places = bytearray((folder / FIRST).read_bytes()), random.Random(0)
    for _ in range(10):
        content[places.randrange(len(content))] ^= 1 << places.randrange(7)
    (folder / FIRST).write_bytes(content)


def close_a_loop(folder: Path) -> None:
    """Let the first split of a tree lead to itself."""
    before, key, after = (folder / FIRST).read_bytes().partition(b"left_child=")
    (folder / FIRST).write_bytes(before + key + b"0" + after[after.index(b" ") :])


def swap_files(folder: Path) -> None:
    """Exchange the boosters of resignations and of other exits."""
    one, other = folder / FIRST, folder / "other_exits_0.txt"
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def change_leaves(folder: Path) -> None:
    """Change the sign of every leaf, which leaves a sound file that says the opposite."""
    lines = (folder / FIRST).read_text().splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("leaf_value="):
            values = line.removeprefix("leaf_value=").split()
            lines[number] = "leaf_value=" + " ".join(f"{-float(value)}" for value in values) + "\n"
    (folder / FIRST).write_text("".join(lines))


def not_utf8(folder: Path) -> None:
    """Write bytes that are no text."""
    (folder / FIRST).write_bytes(b"\xff\xfe\x00\x80" * 500)


def not_utf8_description(folder: Path) -> None:
    """Write bytes that are no text into model.json."""
    (folder / "model.json").write_bytes(b"\xff\xfe\x00\x80" * 500)


def make_huge(folder: Path) -> None:
    """Let a file say that it has a terabyte."""
    with (folder / FIRST).open("ab") as file:
        file.truncate(2**40)


def delete(folder: Path) -> None:
    """Remove the boosters."""
    (folder / FIRST).unlink()


def delete_hashes(folder: Path) -> None:
    """Remove the list of hashes."""
    (folder / HASHES).unlink()


def link_outside(folder: Path) -> None:
    """Put a link to the same bytes elsewhere in a file's place."""
    outside = folder.parents[5] / "elsewhere.txt"
    shutil.move(folder / FIRST, outside)
    (folder / FIRST).symlink_to(outside)


def change_loader(folder: Path) -> None:
    """Add a line to the Python file that MLflow runs."""
    with next(model_root(folder).glob("*.py")).open("a") as loader:
        loader.write("\nraise SystemExit('the loader ran')\n")


def add_code(folder: Path) -> None:
    """Put a compiled loader beside the loader, which Python might prefer."""
    (model_root(folder) / "__pycache__").mkdir()
    (model_root(folder) / "__pycache__" / "served_model.cpython-311.pyc").write_bytes(b"\0" * 16)


def change_hashes(folder: Path) -> None:
    """Make the list of hashes right again."""
    hashes = {name: file.sha256 for name, file in hash_files(folder).items() if name != HASHES}
    (folder / HASHES).write_text(json.dumps(hashes))


BY_FILES: dict[str, Callable[[Path], None]] = {
    **{f"cut off at {number}/{CUTS + 1}": partial(cut_off, number / (CUTS + 1)) for number in range(1, CUTS + 1)},
    "bytes flipped": flip_bytes,
    "a loop": close_a_loop,
    "files swapped": swap_files,
    "leaves changed": change_leaves,
    "not UTF-8": not_utf8,
    "model.json not UTF-8": not_utf8_description,
    "a terabyte": make_huge,
    "deleted": delete,
    "hashes deleted": delete_hashes,
    "a link to elsewhere": link_outside,
    "loader changed": change_loader,
    "compiled code added": add_code,
}
FOUND_BY_LOADING = ("cut off", "a loop", "files swapped", "leaves changed", "not UTF-8", "model.json", "bytes flipped")
"""Damages of the fitted model itself, which loading and golden rows must find where all hashes are right."""
DAMAGES = {
    **dict.fromkeys(BY_FILES, ("files",)),
    "bytes flipped, and hashes": ("files", "hashes"),
    "leaves changed, and hashes": ("files", "hashes"),
    **{
        f"{name}, hashes and registry": ("files", "hashes", "registry")
        for name in BY_FILES
        if name.startswith(FOUND_BY_LOADING)
    },
}
"""By name, what was changed: the files, the list of hashes beside them, the hashes in the registry."""


def damage(workspace: Path, name: str) -> None:
    """Damage both versions of a workspace."""
    for version in ("1", "2"):
        folder = aliases.folder_of(workspace, version)
        BY_FILES[name.split(", ")[0]](folder)
        if "hashes" in DAMAGES[name]:
            change_hashes(folder)
        if "registry" in DAMAGES[name]:
            aliases.tag_version(workspace, version, {FILES_TAG: as_text(hash_files(model_root(folder)))})


def refusal(workspace: Path, words: list[str]) -> str:
    """Run a command on a damaged workspace; return "refused", or what was wrong with its ending."""
    before = content_of(workspace)
    command = [sys.executable, "-c", "from attrition.cli import main; main()", *words, "--workspace", str(workspace)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, errors="replace")
    except subprocess.TimeoutExpired:
        return "HANGS"
    output = (ended.stdout + ended.stderr).strip()
    if ended.returncode not in (1, 2):
        return f"EXIT CODE {ended.returncode}"
    if len(output.splitlines()) != 1:
        return f"{len(output.splitlines())} LINES"
    return "refused" if content_of(workspace) == before else "WROTE SOMETHING"


def content_of(workspace: Path) -> dict[str, str]:
    """Return the hash of every file but those of a terabyte, the audit log, which records refusals, and locks."""
    return {
        path.relative_to(workspace).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in workspace.rglob("*")
        if path.is_file()
        and path.stat().st_size < 2**30
        and path.parent not in (workspace / LOG_FOLDER, workspace / ".attrition")
    }


def main(source: Path) -> int:
    """Print the table, and return the exit code."""
    endings = []
    print(f"{'damage':45}", *(f"{name:10}" for name in COMMANDS), flush=True)
    for name in DAMAGES:
        with tempfile.TemporaryDirectory() as scratch:
            workspace = Path(shutil.copytree(source, Path(scratch) / "workspace"))
            for version in ("1", "2"):
                write_anchor(workspace, version, model_root(aliases.folder_of(workspace, version)))
            damage(workspace, name)
            row = [refusal(workspace, words) for words in COMMANDS.values()]
        print(f"{name:45}", *(f"{ending:10}" for ending in row), flush=True)
        endings += row
    refused = endings.count("refused")
    print(f"{refused} of {len(endings)} refused in one sentence, nothing written")
    return int(refused != len(endings))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main(Path(sys.argv[1])))
