"""A search writes a verdict always, a proposal only beyond noise, and never changes the model's declaration."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from attrition import workspace
from attrition.declared import read
from attrition.model.improvement import Improvement
from attrition.model.spec import Spec
from attrition.model.tune import TuningResult
from attrition.steps.tune import write_search
from attrition.terminal.model_lines import search_lines

MONTHS = tuple(pd.to_datetime(["2025-01-31", "2025-02-28"]))
TRIALS = pd.DataFrame(
    {
        "number": [0, 1, 2],
        "depth": [3, 4, 5],
        "log_loss": [0.28, 0.27, None],
        "auc": [0.7, 0.71, None],
        "seconds": [20.0, 30.0, 10.0],
    }
)
RESULT = TuningResult(
    TRIALS,
    default_settings={"depth": 3, "l2": 20.0},
    best_settings={"depth": 4, "l2": 20.0},
    test_months=MONTHS,
)


def improvement(low: float, gain: float, high: float) -> Improvement:
    figure = {"metric": "log_loss", "default": 0.28, "found": 0.28 - gain, "gain": gain, "low": low, "high": high}
    return Improvement(pd.DataFrame([figure]), MONTHS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    workspace.write_starter(tmp_path)
    return tmp_path


def printed_lines(folder: Path) -> str:
    return "\n".join(search_lines(json.loads((folder / "runs/tune/verdict.json").read_text(encoding="utf-8"))))


def test_a_gain_beyond_noise_is_proposed_and_the_model_stays_as_it_was(folder):
    model = folder / "models" / "resignation.toml"
    before = model.read_bytes()
    verdict, proposed = write_search(folder, "resignation", RESULT, improvement(0.001, 0.004, 0.007))
    assert (read(model, Spec).trees.depth, read(proposed, Spec).trees.depth) == (3, 4)
    assert model.read_bytes() == before
    assert json.loads(verdict.read_text(encoding="utf-8"))["changed"] == {"depth": 4}
    assert "with depth 3 -> 4" in printed_lines(folder)
    assert printed_lines(folder).endswith("better beyond noise: proposed; models/ is unchanged")


def test_a_gain_within_noise_keeps_the_declared_settings_and_withdraws_an_earlier_proposal(folder):
    write_search(folder, "resignation", RESULT, improvement(0.001, 0.004, 0.007))
    assert write_search(folder, "resignation", RESULT, improvement(-0.001, 0.002, 0.005)) == [
        folder / "runs/tune/verdict.json"
    ]
    assert not (folder / "runs" / "tune" / "resignation.toml").exists()
    assert printed_lines(folder).endswith("the declared settings stay: the best are not better beyond noise")


def test_a_search_that_finds_nothing_better_reports_that(folder):
    unchanged = TuningResult(TRIALS[:1], RESULT.default_settings, RESULT.default_settings, MONTHS)
    assert len(write_search(folder, "resignation", unchanged, None)) == 1
    assert printed_lines(folder).splitlines() == [
        "1 trials in 0.3 minutes, evaluated on 2025-01 to 2025-02",
        "the declared settings stay: no trial was better",
    ]


def test_trials_that_were_stopped_early_cannot_be_the_best(folder):
    write_search(folder, "resignation", RESULT, improvement(0.001, 0.004, 0.007))
    assert "0.28000 as declared, 0.27000 for the best" in printed_lines(folder)
    assert len(pd.read_parquet(folder / "runs" / "tune" / "trials.parquet")) == 3
