"""Our model as `models/resignation.toml` of the workspace declares it, and our own baselines, on the same origins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import declared
from attrition.labels.outcomes import KEYS
from attrition.model.baselines import baseline_classifiers
from attrition.model.encode import fit_encoding
from attrition.model.risk import fit
from attrition.model.spec import Spec
from attrition.runs import Runs
from side_by_side.process import ScoreFunction, Task, TrainingData, read_tasks

PACKAGES = {
    "attrition": ["attrition", "lightgbm"],
    "base_rate": ["scikit-learn"],
    "tenure_only": ["scikit-learn"],
    "logistic": ["scikit-learn"],
}


def tasks(peer: str, trials: Path, cores: int) -> Iterator[Task]:
    """Return the tasks of our model, from the panel itself, or of a baseline, from the encoded rows."""
    workspace = Path(json.loads((trials / "about.json").read_text(encoding="utf-8"))["workspace"])
    if peer == "attrition":
        return _our_tasks(workspace, trials)
    return read_tasks(partial(_baseline, peer, workspace), trials, cores)


def _our_tasks(workspace: Path, trials: Path) -> Iterator[Task]:
    """Yield tasks on rows of the panel, which our model encodes itself; one fit learns every horizon."""
    description = json.loads((trials / "about.json").read_text(encoding="utf-8"))
    panel = Runs(workspace).read_panel()
    spec = declared.read(workspace / "models" / "resignation.toml", Spec)
    for number, at in enumerate(description["at"]):
        keys = pd.read_parquet(trials / f"origin-{number}" / "later.parquet", columns=KEYS)
        later = keys.merge(panel.rows, on=KEYS, validate="one_to_one")
        fit_panel = partial(
            fit, panel.rows, panel.outcomes, features=panel.features, spec=spec, fitted_at=pd.Timestamp(at)
        )
        yield Task(lambda fit_panel=fit_panel: _score_function(fit_panel(), description["horizon"]), later)


def _score_function(fitted: object, horizon: int) -> ScoreFunction:
    def score(later: pd.DataFrame) -> np.ndarray:
        scores = fitted.score(later)
        return scores.loc[scores["horizon_months"] == horizon, "risk"].to_numpy()

    return score


def _baseline(peer: str, workspace: Path, data: TrainingData) -> ScoreFunction:
    panel = Runs(workspace).read_panel()
    encoding = fit_encoding(panel.rows[panel.rows["as_of"] <= data.rows["as_of"].max()], panel.features)
    X, label = data.labelled()
    model = baseline_classifiers(encoding)[peer].fit(X, label)
    return lambda later: model.predict_proba(later[data.names].to_numpy())[:, 1]
