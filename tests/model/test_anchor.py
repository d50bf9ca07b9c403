"""The registry holds the hashes of a version's files, so that a folder cannot vouch for itself."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from attrition.errors import AttritionError
from attrition.model import aliases
from attrition.model.anchor import anchored_files
from attrition.model.persistence import save_fitted
from attrition.model.registered import folder_to_read, load_registered, model_root
from attrition.model.registry_records import FILES_TAG
from attrition.model.risk import FittedRisk
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.promotion import promote_version
from attrition.steps.versions import list_versions
from attrition.terminal.model_lines import version_lines
from tests.model.test_promotion import DECIDED, PASSED, _log_checks


@pytest.fixture
def workspace(registered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(registered, tmp_path / "workspace"))


def listed_lines(workspace: Path) -> str:
    return "\n".join(version_lines(list_versions(workspace)))


def without_anchor(workspace: Path, version: str) -> None:
    with closing(sqlite3.connect(workspace / "mlflow.db")) as registry, registry:
        registry.execute("delete from model_version_tags where key = ? and version = ?", (FILES_TAG, version))


def test_every_file_of_a_registered_version_is_anchored_its_loader_too(workspace: Path) -> None:
    root = model_root(aliases.folder_of(workspace, "1"))
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    anchored = anchored_files(workspace, "1")
    assert anchored is not None
    assert set(anchored) == files
    assert {"MLmodel", "served.py", "artifacts/fitted/model.json"} <= files


def test_a_folder_that_was_replaced_by_another_whole_model_is_refused(workspace: Path, fitted: FittedRisk) -> None:
    folder = aliases.folder_of(workspace, "1")
    shutil.rmtree(folder)
    save_fitted(replace(fitted, notes=("another",)), folder)
    with pytest.raises(AttritionError, match=r"model\.json, artifacts/fitted/sha256\.json changed since"):
        load_registered(workspace, "1")


@pytest.mark.parametrize("name", ["served.py", "MLmodel", "requirements.txt"])
def test_a_changed_loader_is_refused_before_anything_is_read_or_run(workspace: Path, name: str, tmp_path: Path) -> None:
    with (model_root(aliases.folder_of(workspace, "1")) / name).open("a") as loader:
        loader.write(f"\nopen({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(AttritionError, match=f"{name} changed since"):
        folder_to_read(workspace, "1")
    assert not (tmp_path / "ran").exists()


def test_a_file_browser_that_looked_at_a_model_stops_nothing(workspace: Path) -> None:
    folder = aliases.folder_of(workspace, "1")
    for place in (folder, model_root(folder)):
        (place / ".DS_Store").write_bytes(b"\0")
    load_registered(workspace, "1")


def test_a_version_without_an_anchor_is_loaded_and_anchored_when_it_is_promoted(workspace: Path) -> None:
    without_anchor(workspace, "2")
    load_registered(workspace, "2")
    assert "no hashes of the files of 2" in listed_lines(workspace)
    _log_checks(workspace, "2", PASSED)
    promote_version(workspace, "2", DECIDED)
    assert anchored_files(workspace, "2") is not None
    assert "no hashes" not in listed_lines(workspace)


def test_whoever_scores_by_a_version_without_an_anchor_is_told(workspace: Path) -> None:
    _log_checks(workspace, "2", PASSED)
    promote_version(workspace, "2", DECIDED)
    lines: list[str] = []
    load_model_in_use(workspace, progress=lines.append)
    assert lines == []
    without_anchor(workspace, "2")
    load_model_in_use(workspace, progress=lines.append)
    assert "version 2 was registered before hashes of its files were kept" in lines[0]


def test_a_damaged_anchor_is_no_missing_anchor(workspace: Path) -> None:
    with closing(sqlite3.connect(workspace / "mlflow.db")) as registry, registry:
        registry.execute("update model_version_tags set value = ? where key = ?", (json.dumps([1]), FILES_TAG))
    with pytest.raises(AttritionError, match="the hashes of version 1 in the registry are damaged"):
        load_registered(workspace, "1")
