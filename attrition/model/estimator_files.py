"""Writes a fitted estimator as values for JSON and, for boosters, files of text, and reads it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from attrition.model.around_prior import AroundPrior
from attrition.model.basis import Basis, Term
from attrition.model.blend import Blend
from attrition.model.boosting import MonotoneBoosting
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.estimator import Estimator
from attrition.model.prior import Curve
from attrition.model.tenure_season import TenureSeason

ARRAYS: Mapping[type, tuple[str, ...]] = {
    MonotoneBoosting: ("base_log_odds_",),
    TenureSeason: ("bands_", "months_", "means_", "shares_", "base_log_odds_"),
    ConstrainedLogistic: ("coefficients_", "term_variances_", "base_log_odds_"),
    AroundPrior: ("means_", "shares_"),
    Blend: ("base_log_odds_",),
}
"""By kind of estimator, the arrays that fitting sets."""
PARTS: Mapping[type, tuple[str, ...]] = {AroundPrior: ("logistic",), Blend: ("trees", "logistic")}
"""By kind of estimator, the estimators it is made of; the fitted ones have an underscore at the end."""
SPLITS = re.compile(r"^split_feature=([^\n]*)\n.*?^threshold=([^\n]*)\n", flags=re.MULTILINE | re.DOTALL)
KINDS = {kind.__name__: kind for kind in ARRAYS}


def write_estimator(estimator: Estimator | None, folder: Path, name: str) -> dict[str, Any] | None:
    """Write the boosters of an estimator as text files, and return everything else for model.json.

    Parameters
    ----------
    estimator : Estimator or None
        Fitted; None for one rate for everybody, of which None is returned.
    folder : Path
        Of the saved model.
    name : str
        The files begin with it.
    """
    if estimator is None:
        return None
    parts = PARTS.get(type(estimator), ())
    parameters = estimator.get_params(deep=False)
    saved: dict[str, Any] = {
        "kind": type(estimator).__name__,
        "parameters": {key: value for key, value in parameters.items() if key not in parts},
        "arrays": {array: getattr(estimator, array).tolist() for array in ARRAYS[type(estimator)]},
        "parts": {part: write_estimator(getattr(estimator, f"{part}_"), folder, name) for part in parts},
    }
    if isinstance(estimator, MonotoneBoosting):
        saved["files"] = [f"{name}_{number}.txt" for number in range(len(estimator.boosters_))]
        for file, booster in zip(saved["files"], estimator.boosters_, strict=True):
            (folder / file).write_bytes(without_values(booster.model_to_string()).encode())
    if isinstance(estimator, ConstrainedLogistic):
        saved["terms"] = [asdict(term) for term in estimator.basis_.terms]
    return saved


def read_estimator(saved: Mapping[str, Any] | None, folder: Path, columns: int) -> Any:
    """Return the estimator that `write_estimator` wrote, with the attributes that fitting would have set.

    Parameters
    ----------
    saved : mapping or None
        What `write_estimator` returned.
    folder : Path
        Of the saved model.
    columns : int
        Number of columns of the encoded features.
    """
    if saved is None:
        return None
    kind, parameters = KINDS[saved["kind"]], dict(saved["parameters"])
    parts = {part: read_estimator(values, folder, columns) for part, values in saved.get("parts", {}).items()}
    if kind is AroundPrior:
        parameters["curves"] = [Curve(c, tuple(v), tuple(o)) for c, v, o in parameters["curves"]]
    estimator = kind(**parameters, **parts)
    for part, fitted in parts.items():
        setattr(estimator, f"{part}_", fitted)
    for array, values in saved["arrays"].items():
        setattr(estimator, array, np.array(values))
    if kind is ConstrainedLogistic:
        estimator.basis_ = Basis(tuple(Term(**term) for term in saved["terms"]))
    if kind is MonotoneBoosting:
        estimator.boosters_ = [lgb.Booster(model_str=(folder / file).read_bytes().decode()) for file in saved["files"]]
    estimator.classes_ = np.array([0.0, 1.0])
    estimator.n_features_in_ = columns
    return estimator


def estimator_thresholds(estimator: Estimator | None) -> Iterator[tuple[int, float]]:
    """Yield column and value of every split, end of a band, or end of a ramp of an estimator."""
    for part in PARTS.get(type(estimator), ()):
        yield from estimator_thresholds(getattr(estimator, f"{part}_"))
    for term in estimator.basis_.terms if isinstance(estimator, ConstrainedLogistic) else ():
        if term.kind == "ramp":
            yield from ((term.feature, term.low), (term.feature, term.high))
    if isinstance(estimator, TenureSeason) and estimator.tenure is not None:
        yield from ((estimator.tenure, float(end)) for end in estimator.until)
    for booster in estimator.boosters_ if isinstance(estimator, MonotoneBoosting) else ():
        for features, thresholds in SPLITS.findall(booster.model_to_string()):
            for feature, threshold in zip(features.split(), thresholds.split(), strict=True):
                yield int(feature), float(threshold)


def without_values(text: str) -> str:
    r"""Return a booster's text with "none" instead of the smallest and largest value of each feature.

    These are values of individual agents, and LightGBM does not need them to score.

    Examples
    --------
    >>> without_values("max_feature_idx=1\nfeature_infos=[3.5:9120] none\ntree_sizes=10")
    'max_feature_idx=1\nfeature_infos=none none\ntree_sizes=10'
    """
    line = re.search(r"^feature_infos=(.*)$", text, flags=re.MULTILINE)
    if line is None:
        return text
    blank = "feature_infos=" + " ".join(["none"] * len(line.group(1).split()))
    return text[: line.start()] + blank + text[line.end() :]
