"""Whatever a command leaves in a workspace is for the declared readers alone, whatever the umask of who runs it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.at_work import PRODUCTS, at_work
from tests.centres import run
from tests.fixtures.make_workspace import KEPT, PILOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")

COMMANDS = (
    *("check", "life-table", "backtest", "tune", "retrain"),
    "monthly --as-of 2026-10 --lang en",
    *("plan --budget 3000 --as-of 2026-10", "explain AGENT --as-of 2026-10 --lang en"),
    *(f"pilot read {PILOT}", "pilot design leader_coaching --as-of 2026-10 --name another"),
)
"""Every command that leaves something; life-table wants hires and exits alone, which the workspace has."""


FEWER = ("panel", "retrain")
"""They write each kind of thing: files, folders, and what MLflow writes itself."""


@pytest.fixture(
    scope="module",
    params=[("owner", 0o000, COMMANDS), ("group", 0o077, FEWER)],
    ids=["owner-000", "group-077"],
)
def used(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None
) -> Iterator[tuple[str, Path]]:
    """A workspace in which every command has run under a umask, and who may read its files."""
    readers, umask, commands = request.param
    workspace = Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("used") / "workspace"))
    (workspace / "pipelines" / "people.toml").write_text(f'pseudonyms = false\nfiles_for = "{readers}"\n')
    scores = pd.read_parquet(workspace / "runs" / "2026-10-31" / "scores.parquet")
    agent = str(scores.loc[scores["risk"].notna(), "agent_id"].iloc[0])
    before = os.umask(umask)
    try:
        for command in commands:
            run(workspace, *command.replace("AGENT", agent).split())
        yield readers, workspace
    finally:
        os.umask(before)


def modes(workspace: Path) -> dict[str, set[str]]:
    """Return the modes of all products, of files and of folders."""
    paths = [path for name in PRODUCTS for path in ((workspace / name), *(workspace / name).rglob("*"))]
    paths = [path for path in paths if path.exists()]
    kinds = {"files": [path for path in paths if path.is_file()], "folders": [path for path in paths if path.is_dir()]}
    assert len(kinds["files"]) > 100
    return {kind: {oct(path.stat().st_mode & 0o777) for path in some} for kind, some in kinds.items()}


def test_every_product_is_for_the_declared_readers(used: tuple[str, Path]) -> None:
    readers, workspace = used
    expected = {"owner": ("0o600", "0o700"), "group": ("0o640", "0o750")}[readers]
    assert modes(workspace) == {"files": {expected[0]}, "folders": {expected[1]}}


def test_nothing_spilt_is_left(used: tuple[str, Path]) -> None:
    _, workspace = used
    assert list((workspace / ".attrition").glob("spilt-*")) == []


def test_libraries_spill_into_a_private_folder_of_the_workspace(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with at_work(tmp_path), tempfile.NamedTemporaryFile() as spilt:
        folder = Path(spilt.name).parent
        assert folder.is_relative_to(tmp_path.resolve() / ".attrition")
        assert (oct(folder.stat().st_mode & 0o777), os.environ["TMPDIR"]) == ("0o700", str(folder))
    assert (tempfile.gettempdir(), folder.exists()) == (before, False)
