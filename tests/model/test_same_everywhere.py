"""Same data and declaration, same trees and same scores, whatever the machine's threads, folder, clock and language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import attrition

REPOSITORY = Path(attrition.__file__).parents[1]
FITTING = """
import os, sys
from pathlib import Path
os.cpu_count = lambda: int(sys.argv[2])
from attrition.model.persistence import save_fitted
from attrition.model.provenance import panel_hash
from attrition.model.risk import fit
from attrition.model.spec import Spec
from tests.model.conftest import simulate
centre = simulate(agents=150, months=18, seed=3)
trees = {"members": 3, "rounds": 30, "learning_rate": 0.1, "feature_share": 0.8}
calibration = {"months": 4, "minimum_training_months": 4, "minimum_events": 20}
spec = Spec.model_validate({"name": "resignation", "horizons": [1, 3], "trees": trees, "calibration": calibration})
fitted = fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=centre.last_month_end)
save_fitted(fitted, Path(sys.argv[1]))
(Path(sys.argv[1]) / "panel").write_text(panel_hash(centre.panel))
"""
HERE = {"OMP_NUM_THREADS": "1", "TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}
ELSEWHERE = {
    "one thread": ({}, 1),
    "four threads": ({"OMP_NUM_THREADS": "4"}, 4),
    "another time zone, language and seed of hashes": (
        {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "4711"},
        2,
    ),
}


def fitted_in(folder: Path, changes: dict[str, str], processors: int) -> dict[str, bytes]:
    """Fit the small centre in a process of its own that runs in the folder; give every saved file."""
    (folder / "work").mkdir(parents=True)
    env = os.environ | HERE | changes | {"PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", FITTING, str(folder / "model"), str(processors)]
    subprocess.run(command, cwd=folder / "work", env=env, check=True, timeout=180, capture_output=True)
    return {path.name: path.read_bytes() for path in (folder / "model").iterdir()}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return fitted_in(tmp_path_factory.mktemp("here"), {}, 2)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_saved_model_is_the_same_to_the_last_byte_with(name, here, tmp_path):
    changes, processors = ELSEWHERE[name]
    there = fitted_in(tmp_path / "a folder elsewhere, 别处", changes, processors)
    assert "golden.json" in there, "the scores are among the bytes"
    assert [file for file in here if there.get(file) != here[file]] == []
    assert there.keys() == here.keys()
