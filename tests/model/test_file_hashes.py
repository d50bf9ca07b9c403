import os
import shutil
from pathlib import Path

import pytest

from attrition.errors import AttritionError
from attrition.model.file_hashes import FileHash, from_text, hash_files, require_unchanged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model" / "artifacts").mkdir(parents=True)
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}")
    (tmp_path / "model" / "artifacts" / "model.json").write_text("{}")
    return tmp_path / "model"


def test_what_file_browsers_and_mlflow_leave_is_no_change(folder: Path) -> None:
    before = hash_files(folder)
    for name in (".DS_Store", "._model.json", "Thumbs.db", "desktop.ini"):
        (folder / "artifacts" / name).write_bytes(b"\0\1")
    (folder / "registered_model_meta").write_text("model_name: resignation")
    require_unchanged(folder, before, hash_files(folder))


@pytest.mark.parametrize("name", ["added.py", ".hidden", "__pycache__/served_model.cpython-311.pyc"])
def test_any_other_new_file_is_a_change(folder: Path, name: str) -> None:
    before = hash_files(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("import os")
    with pytest.raises(AttritionError, match=f"{name} changed since"):
        require_unchanged(folder, before, hash_files(folder))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and pipes")
def test_a_link_is_a_change_even_to_the_same_bytes_and_a_pipe_is_not_opened(folder: Path, tmp_path: Path) -> None:
    before = hash_files(folder)
    shutil.move(folder / "MLmodel", tmp_path / "elsewhere")
    (folder / "MLmodel").symlink_to(tmp_path / "elsewhere")
    shutil.move(folder / "artifacts", tmp_path / "artifacts")
    (folder / "artifacts").symlink_to(tmp_path / "artifacts")
    os.mkfifo(folder / "pipe")
    with pytest.raises(AttritionError, match=r"MLmodel, artifacts, artifacts/model.json, pipe changed"):
        require_unchanged(folder, before, hash_files(folder))


def test_a_file_of_another_size_is_not_read(folder: Path) -> None:
    before = hash_files(folder)
    with (folder / "MLmodel").open("ab") as huge:
        huge.truncate(2**40)
    assert hash_files(folder, expected=before)["MLmodel"] == FileHash(2**40, "")


@pytest.mark.parametrize("text", ["[]", '{"a": 1}', '{"a": ["one"]}'])
def test_damaged_hashes_are_no_hashes(text: str) -> None:
    with pytest.raises(ValueError, match="not the hashes"):
        from_text(text)
