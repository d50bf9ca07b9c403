"""MLflow's own way to load a model checks its hashes, and asks its golden rows: its server and Spark go that way."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import mlflow.pyfunc
import pytest

from attrition.errors import AttritionError
from attrition.model import aliases
from attrition.model.file_hashes import HASHES
from attrition.model.golden import GOLDEN
from attrition.model.registered import model_root
from tests.fixtures.make_workspace import KEPT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of a registered model, as MLflow would hand it out."""
    return Path(shutil.copytree(model_root(aliases.folder_of(KEPT, "2")), tmp_path / "model"))


def test_a_model_as_it_was_registered_is_loaded(root: Path) -> None:
    assert mlflow.pyfunc.load_model(str(root)).unwrap_python_model().fitted.features


def test_a_model_that_answers_its_golden_rows_differently_is_not_loaded(root: Path) -> None:
    folder = root / "artifacts" / "fitted"
    golden = json.loads((folder / GOLDEN).read_text())
    golden["scores"]["risk"][0] += 2**-40
    (folder / GOLDEN).write_text(json.dumps(golden))
    hashes = json.loads((folder / HASHES).read_text())
    hashes[GOLDEN] = hashlib.sha256((folder / GOLDEN).read_bytes()).hexdigest()
    (folder / HASHES).write_text(json.dumps(hashes))
    with pytest.raises(AttritionError, match="golden rows differently"):
        mlflow.pyfunc.load_model(str(root))


def test_a_model_of_which_a_file_changed_is_not_loaded(root: Path) -> None:
    with (root / "artifacts" / "fitted" / "resignations_0.txt").open("a") as boosters:
        boosters.write(" ")
    with pytest.raises(AttritionError, match=r"resignations_0\.txt changed"):
        mlflow.pyfunc.load_model(str(root))
