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
from attrition.model.baselines import baselines
from attrition.model.encode import fit_encoding
from attrition.model.risk import fit
from attrition.model.spec import Spec
from attrition.runs import Runs
from side_by_side.process import Known, Score, Turn, turns_of

PACKAGES = {
    "attrition": ["attrition", "lightgbm"],
    "base_rate": ["scikit-learn"],
    "tenure_only": ["scikit-learn"],
    "logistic": ["scikit-learn"],
}


def turns(peer: str, trials: Path, cores: int) -> Iterator[Turn]:
    """Give the origins of our model, from the panel itself, or of a baseline, from the encoded rows."""
    workspace = Path(json.loads((trials / "about.json").read_text(encoding="utf-8"))["workspace"])
    if peer == "attrition":
        return _our_turns(workspace, trials)
    return turns_of(partial(_baseline, peer, workspace), trials, cores)


def _our_turns(workspace: Path, trials: Path) -> Iterator[Turn]:
    """Take the rows by name from the panel: our model encodes them itself, and learns every horizon at once."""
    about = json.loads((trials / "about.json").read_text(encoding="utf-8"))
    panel = Runs(workspace).read_panel()
    spec = declared.read(workspace / "models" / "resignation.toml", Spec)
    for place, at in enumerate(about["at"]):
        keys = pd.read_parquet(trials / f"origin-{place}" / "later.parquet", columns=KEYS)
        later = keys.merge(panel.rows, on=KEYS, validate="one_to_one")
        learnt = partial(fit, panel.rows, panel.outcomes, features=panel.features, spec=spec, at=pd.Timestamp(at))
        yield Turn(lambda learnt=learnt: _scoring(learnt(), about["horizon"]), later)


def _scoring(fitted: object, horizon: int) -> Score:
    def score(later: pd.DataFrame) -> np.ndarray:
        scores = fitted.score(later)
        return scores.loc[scores["horizon_months"] == horizon, "risk"].to_numpy()

    return score


def _baseline(peer: str, workspace: Path, known: Known) -> Score:
    panel = Runs(workspace).read_panel()
    encoding = fit_encoding(panel.rows[panel.rows["as_of"] <= known.rows["as_of"].max()], panel.features)
    X, label = known.mature()
    model = baselines(encoding)[peer].fit(X, label)
    return lambda later: model.predict_proba(later[known.names].to_numpy())[:, 1]
