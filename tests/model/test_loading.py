import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attrition.errors import AttritionError
from attrition.model import provenance, trial
from attrition.model.file_hashes import HASHES
from attrition.model.loading import load_fitted
from attrition.model.persistence import read_fitted, save_fitted
from attrition.model.risk import FittedRisk


@pytest.fixture
def folder(fitted: FittedRisk, tmp_path: Path) -> Path:
    save_fitted(fitted, tmp_path / "model")
    return tmp_path / "model"


def rewritten(folder: Path, change: Callable[[bytes], bytes], name: str = "resignations_0.txt") -> None:
    """Change a file of a saved model, and its hash with it, as somebody could who may write into the folder."""
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    hashes = json.loads((folder / HASHES).read_text()) | {name: hashlib.sha256(path.read_bytes()).hexdigest()}
    (folder / HASHES).write_text(json.dumps(hashes))


def with_loop(text: bytes) -> bytes:
    """Let the first split of the first tree point at itself."""
    before, line, after = text.partition(b"left_child=")
    return before + line + b"0" + after[after.index(b" ") :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off within a tree": lambda text: text[: text.index(b"leaf_value=") + 20],
    "cut off after the first line": lambda text: text[: text.index(b"\n")],
    "a loop": with_loop,
    "no text": lambda text: b"\xff\xfe\0\1" * 100,
    "a feature that is not there": lambda text: text.replace(b"split_feature=", b"split_feature=99999 ", 1),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_with_the_right_hash_ends_another_process_and_not_this_one(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rewritten(folder, DAMAGES[damage])
    monkeypatch.setattr(trial, "SECONDS", 20)
    with pytest.raises(AttritionError, match=r"in a process of its own; it is not loaded here\. .*models rollback"):
        load_fitted(folder)
    assert capfd.readouterr() == ("", ""), "LightGBM prints memory, and nothing of it comes here"


def test_a_changed_leaf_with_the_right_hash_is_found_by_the_golden_rows(folder: Path) -> None:
    rewritten(folder, lambda text: text.replace(b"leaf_value=0.", b"leaf_value=1.", 1).replace(b"=-0.", b"=-1.", 1))
    with pytest.raises(AttritionError, match=r"golden rows differently .*a risk moved"):
        load_fitted(folder)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of a user who has loaded no model yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_came_through_a_trial_is_not_tried_again(
    folder: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fitted(folder)
    (mark,) = (empty_cache / "attrition/sound_models").iterdir()
    assert not mark.read_bytes(), "nothing of the model is in the cache"
    monkeypatch.setattr(subprocess, "Popen", None)
    load_fitted(folder)


def test_what_came_through_a_trial_is_tried_again_with_another_library(
    folder: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fitted(folder)
    monkeypatch.setattr(provenance, "version_of", lambda library: "0")
    load_fitted(folder)
    assert len([*(empty_cache / "attrition/sound_models").iterdir()]) == 2


def test_where_no_mark_can_be_kept_a_model_is_tried_and_loaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load_fitted(folder)


def test_the_other_process_takes_no_modules_from_the_folder_where_the_command_runs(
    folder: Path, empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lightgbm.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    load_fitted(folder)


def test_a_trial_leaves_no_core_dump_and_has_limits(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    code = "from attrition.model import trial; trial._limit(); import resource; print(*map(resource.getrlimit, (4, 0)))"
    limits = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert resource.RLIMIT_CORE == 4
    assert limits.startswith("(0, ")
    assert f"({trial.SECONDS}, " in limits


def test_files_that_change_while_a_model_is_loaded_are_not_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_change(place: Path) -> FittedRisk:
        model = read_fitted(place)
        rewritten(place, lambda text: text + b"\n")
        return model

    monkeypatch.setattr("attrition.model.persistence.read_fitted", read_and_change)
    with pytest.raises(AttritionError, match="changed while the model was loaded"):
        load_fitted(folder)
