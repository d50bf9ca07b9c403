"""Whatever a command leaves in a workspace is for the declared readers alone, whatever the umask of who runs it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from attrition.data.at_work import PRODUCTS, at_work
from tests.centres import run
from tests.kept import copy_with_panel, every_command_ran

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of this kind")


@pytest.fixture(scope="module", params=["owner", pytest.param("group", marks=pytest.mark.exhaustive)])
def used(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None
) -> tuple[str, Path]:
    """A workspace in which commands have run under another umask than is declared, and who may read its files."""
    if request.param == "owner":
        return "owner", every_command_ran(tmp_path_factory) / "workspace"
    workspace = copy_with_panel(tmp_path_factory)
    (workspace / "pipelines" / "people.toml").write_text('pseudonyms = false\nfiles_for = "group"\n')
    before = os.umask(0o077)
    try:
        run(workspace, "retrain")  # it writes each kind of thing: files, folders, and what MLflow writes itself
    finally:
        os.umask(before)
    return "group", workspace


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
